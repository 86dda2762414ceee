package rabbitmq_test

import (
	"fmt"
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/rabbitmq"
	"orders/test/rabbittest"
)

// A message whose headers the library refuses holds up no reader.
func TestHeadersThatTheLibraryRefuses(t *testing.T) {
	var deep any = "x"
	for range 40 {
		deep = amqp.Table{"in": []any{deep}}
	}
	many := amqp.Table{}
	for i := range 9000 {
		many[fmt.Sprint(i)] = true
	}
	b := open(t, rabbitmq.Config{URL: rabbittest.URL(t)})
	id, begin := b.made(t)
	err := b.admin(t.Context(), func(channel *amqp.Channel) error {
		for _, headers := range []amqp.Table{
			{"a": make([]any, 9000), "z": "z"}, {"a": deep}, many,
			{"a": make([]any, 8192), "b": amqp.Table{"c": []any{int64(1), 2.5, true, []byte("x")}}},
		} {
			confirmed, err := publish(channel, headers)
			if err != nil || !confirmed {
				return fmt.Errorf("not published: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.must(within(t), commit(orderID(1), 1)); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, orderID(1), b.read(t, id, begin)[orderID(1)], 1)
}

func publish(channel *amqp.Channel, headers amqp.Table) (bool, error) {
	if err := channel.Confirm(false); err != nil {
		return false, err
	}
	sent, err := channel.PublishWithDeferredConfirm("orders", "order.X", true, false,
		amqp.Publishing{Headers: headers})
	return err == nil && sent.Wait(), err
}
