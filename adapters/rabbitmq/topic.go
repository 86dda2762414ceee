package rabbitmq

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/ports"
)

const allOrders = "order.#" // The routing key of everything that is published.

// validTopic reports whether an ID may be that of a topic.
func validTopic(id ports.TopicID) bool {
	const size = 26 // Of rand.Text.
	return len(id) == size && strings.Trim(string(id), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// identity is the exchange that is there for as long as the topic.
func (c Config) identity(id ports.TopicID) string { return c.Stream + "." + string(id) }

// declareIdentity declares the exchange of a topic, or only finds it.
func (c Config) declareIdentity(channel *amqp.Channel, id ports.TopicID, onlyFind bool) error {
	declare := channel.ExchangeDeclare
	if onlyFind {
		declare = channel.ExchangeDeclarePassive
	}
	const durable, autoDelete = true, true
	return declare(c.identity(id), amqp.ExchangeFanout, durable, autoDelete, false, false, nil)
}

// find returns ErrGone if the topic is no longer there.
func (c Config) find(l *link, id ports.TopicID) error {
	err := l.on(func(channel *amqp.Channel) error { return c.declareIdentity(channel, id, true) })
	if isCode(err, amqp.NotFound) {
		return fmt.Errorf("the stream %s of topic %s: %w", c.Stream, id, ports.ErrGone)
	}
	return err
}

// topic returns known if that topic is still there, else the ID of one that it makes. It makes the
// stream if there is none.
func (c Config) topic(l *link, known ports.TopicID) (ports.TopicID, error) {
	if err := c.declare(l); err != nil {
		return "", err
	}
	if validTopic(known) {
		if err := c.find(l, known); err == nil || !errors.Is(err, ports.ErrGone) {
			return known, err
		}
	}
	id := ports.TopicID(rand.Text())
	return id, l.on(func(channel *amqp.Channel) error {
		if err := c.declareIdentity(channel, id, false); err != nil {
			return fmt.Errorf("declare the exchange %s: %w", c.identity(id), err)
		}
		if err := channel.QueueBind(c.Stream, "", c.identity(id), false, nil); err != nil {
			return fmt.Errorf("bind %s to %s: %w", c.Stream, c.identity(id), err)
		}
		return nil
	})
}

// declare makes the exchange and the stream, if they are missing, and binds them.
func (c Config) declare(l *link) error {
	const durable = true
	err := l.on(func(channel *amqp.Channel) error {
		return channel.ExchangeDeclare(
			c.Exchange, amqp.ExchangeTopic, durable, false, false, false, nil)
	})
	if err != nil {
		return fmt.Errorf("declare the exchange %s: %w", c.Exchange, remedied(err))
	}
	err = l.on(func(channel *amqp.Channel) error {
		_, err := channel.QueueDeclare(c.Stream, durable, false, false, false, c.Keep.arguments())
		return err
	})
	if err != nil && !onlyKeepsOtherwise(err) {
		return fmt.Errorf("declare the stream %s: %w", c.Stream, remedied(err))
	}
	return l.on(c.bind)
}

// bind has the stream get all that is published.
func (c Config) bind(channel *amqp.Channel) error {
	if err := channel.QueueBind(c.Stream, allOrders, c.Exchange, false, nil); err != nil {
		return fmt.Errorf("bind %s to %s: %w", c.Stream, c.Exchange, err)
	}
	return nil
}

// onlyKeepsOtherwise reports whether the stream is there and keeps messages for another time: that
// is for whoever made it to decide.
func onlyKeepsOtherwise(err error) bool {
	if !isCode(err, amqp.PreconditionFailed) {
		return false
	}
	for _, argument := range []string{"x-max-age", "x-max-length-bytes", "x-stream-"} {
		if strings.Contains(err.Error(), "arg '"+argument) {
			return true
		}
	}
	return false
}

func remedied(err error) error {
	if isCode(err, amqp.PreconditionFailed) {
		return fmt.Errorf("there is another one of that name: delete it (on RabbitMQ's management "+
			"page) or use another virtual host: %w", err)
	}
	return err
}
