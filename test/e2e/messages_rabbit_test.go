package e2e_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/test/rabbittest"
)

// rabbit is a virtual host of RabbitMQ.
type rabbit struct {
	url    string
	queues map[string]<-chan amqp.Delivery
}

func newRabbit(t *testing.T) broker { return rabbitAt(rabbittest.URL(t)) }

func rabbitAt(url string) *rabbit { return &rabbit{url, map[string]<-chan amqp.Delivery{}} }

// on calls do with a channel of its own until that succeeds. A broker that has just started may
// refuse it, or not answer.
func (r *rabbit) on(t *testing.T, what string, do func(*amqp.Channel) error) {
	t.Helper()
	eventually(t, what, func() bool {
		conn, err := amqp.DialConfig(r.url, amqp.Config{Heartbeat: time.Minute})
		if err != nil {
			return false
		}
		end := func() { _ = conn.CloseDeadline(time.Now()) }
		late := time.AfterFunc(patience/6, end)
		defer late.Stop()
		ch, err := conn.Channel()
		if err == nil {
			err = do(ch)
		}
		t.Cleanup(end)
		return err == nil
	})
}

func (r *rabbit) settings() []string {
	return []string{"COMMANDS=rabbitmq", "AMQP_URL=" + r.url}
}

func (r *rabbit) send(t *testing.T, all ...letter) {
	t.Helper()
	left := slices.Clone(all)
	r.on(t, "the broker takes messages", func(ch *amqp.Channel) error {
		err := exists("orders.commands")(ch)
		if err == nil {
			err = ch.Confirm(false)
		}
		if err != nil {
			return err
		}
		for len(left) > 0 {
			sent, err := ch.PublishWithDeferredConfirm("", "orders.commands", true, false,
				left[0].publishing())
			if err != nil {
				return err
			}
			if !sent.Wait() {
				return errors.New("the broker does not confirm")
			}
			left = left[1:]
		}
		return nil
	})
}

func (l letter) publishing() amqp.Publishing {
	headers := amqp.Table{}
	for name, value := range l.headers {
		headers[name] = value
	}
	if l.order != "" {
		headers["orderId"] = l.order
	}
	return amqp.Publishing{
		MessageId: l.id, Type: l.command, Headers: headers, Body: []byte(l.body),
		ReplyTo: l.replyTo, CorrelationId: l.correlation, DeliveryMode: amqp.Persistent,
	}
}

func (r *rabbit) reply(t *testing.T) (name string) {
	t.Helper()
	r.on(t, "there is a queue for replies", func(ch *amqp.Channel) error {
		q, err := ch.QueueDeclare("", false, true, false, false, nil)
		name = q.Name
		return err
	})
	return name
}

func (r *rabbit) next(t *testing.T, from string, within time.Duration) (received, bool) {
	t.Helper()
	if r.queues[from] == nil {
		r.on(t, "it can be read from "+from, func(ch *amqp.Channel) (err error) {
			r.queues[from], err = ch.Consume(from, "", true, false, false, false, nil)
			return err
		})
	}
	select {
	case d, isOpen := <-r.queues[from]:
		if !isOpen { // The connection was lost.
			delete(r.queues, from)
			return r.next(t, from, within)
		}
		headers := map[string]string{}
		for name, value := range d.Headers {
			headers[name] = fmt.Sprint(value)
		}
		return receivedOf(d.CorrelationId, string(d.Body), headers), true
	case <-time.After(within):
		return received{}, false
	}
}

// exists is an error if there is no queue of that name.
func exists(queue string) func(*amqp.Channel) error {
	return func(ch *amqp.Channel) error {
		_, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		return err
	}
}
