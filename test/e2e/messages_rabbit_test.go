package e2e_test

import (
	"fmt"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/test/rabbittest"
)

// rabbit is a virtual host of RabbitMQ.
type rabbit struct {
	url    string
	conn   *amqp.Connection
	ch     *amqp.Channel
	queues map[string]<-chan amqp.Delivery
}

func newRabbit(t *testing.T) broker { return rabbitAt(t, rabbittest.URL(t)) }

func rabbitAt(t *testing.T, url string) *rabbit {
	t.Helper()
	conn, err := amqp.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ch, err := conn.Channel()
	if err == nil {
		err = ch.Confirm(false)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &rabbit{url, conn, ch, map[string]<-chan amqp.Delivery{}}
}

func (r *rabbit) settings() []string {
	return []string{"COMMANDS=rabbitmq", "AMQP_URL=" + r.url}
}

func (r *rabbit) send(t *testing.T, all ...letter) {
	t.Helper()
	r.exists(t, "orders.commands")
	var confirmations []*amqp.DeferredConfirmation
	for _, l := range all {
		headers := amqp.Table{}
		for name, value := range l.headers {
			headers[name] = value
		}
		if l.order != "" {
			headers["orderId"] = l.order
		}
		sent, err := r.ch.PublishWithDeferredConfirm("", "orders.commands", false, false,
			amqp.Publishing{
				MessageId: l.id, Type: l.command, Headers: headers, Body: []byte(l.body),
				ReplyTo: l.replyTo, CorrelationId: l.correlation, DeliveryMode: amqp.Persistent,
			})
		if err != nil {
			t.Fatal(err)
		}
		confirmations = append(confirmations, sent)
	}
	for _, c := range confirmations {
		if acked, err := c.WaitContext(t.Context()); !acked || err != nil {
			t.Fatalf("the broker does not confirm: %v", err)
		}
	}
}

func (r *rabbit) reply(t *testing.T) string {
	t.Helper()
	q, err := r.ch.QueueDeclare("", false, true, true, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	return q.Name
}

func (r *rabbit) next(t *testing.T, from string, within time.Duration) (received, bool) {
	t.Helper()
	if r.queues[from] == nil {
		r.exists(t, from)
		messages, err := r.ch.Consume(from, "", true, false, false, false, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.queues[from] = messages
	}
	select {
	case d := <-r.queues[from]:
		headers := map[string]string{}
		for name, value := range d.Headers {
			headers[name] = fmt.Sprint(value)
		}
		return receivedOf(d.CorrelationId, string(d.Body), headers), true
	case <-time.After(within):
		return received{}, false
	}
}

// exists waits until there is a queue.
func (r *rabbit) exists(t *testing.T, queue string) {
	t.Helper()
	eventually(t, "there is the queue "+queue, func() bool {
		ch, err := r.conn.Channel()
		if err != nil {
			t.Fatal(err)
		}
		defer ch.Close()
		_, err = ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		return err == nil
	})
}
