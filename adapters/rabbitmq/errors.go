package rabbitmq

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	amqp "github.com/rabbitmq/amqp091-go"
)

// errClosed is what use of a Publisher or Reader after its Close returns.
var errClosed = errors.New("closed")

// isCode reports whether the broker answered with a code of AMQP.
func isCode(err error, code int) bool {
	var refusal *amqp.Error
	return errors.As(err, &refusal) && refusal.Code == code
}

// explained adds to a refusal what to do about it.
func explained(err error) error {
	switch {
	case isCode(err, amqp.AccessRefused):
		return fmt.Errorf("RabbitMQ does not allow it: check user and password, and give the user "+
			"all permissions on ^orders in the virtual host (rabbitmqctl set_permissions): %w", err)
	case isCode(err, amqp.ResourceLocked):
		return fmt.Errorf("RabbitMQ still has the publisher's last connection, and will end it "+
			"within seconds: %w", err)
	case isCode(err, amqp.NotAllowed):
		return fmt.Errorf("RabbitMQ has no such virtual host, or does not let the user in: %w", err)
	}
	return err
}

// tooLarge is how RabbitMQ 3 and 4 refuse a message that is larger than its max_message_size.
var tooLarge = regexp.MustCompile(`message size (\d+) is larger than .*max size (\d+)`)

// sizeLimit returns the size above which the broker refuses every message, if that is why err
// closed a channel.
func sizeLimit(err error) (limit int, ok bool) {
	if !isCode(err, amqp.PreconditionFailed) {
		return 0, false
	}
	found := tooLarge.FindStringSubmatch(err.Error())
	if found == nil {
		return 0, false
	}
	limit, err = strconv.Atoi(found[2])
	return limit, err == nil
}
