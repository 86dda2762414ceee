package brokers_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/test/process"
	"orders/test/rabbittest"
)

// newRabbitMQ starts a RabbitMQ behind a proxy.
func newRabbitMQ(t *testing.T) *broker {
	t.Helper()
	p := newProxy(t)
	server := rabbittest.Start(t)
	address, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	p.sendTo(address.Host)
	return &broker{
		name: "rabbitmq", server: server, proxy: p,
		fresh: func(t *testing.T) topic {
			return &stream{direct: server.FreshURL(t), through: p}
		},
		fill: func(*testing.T) (free func()) { return server.FillDisk() },
	}
}

// A stream is in a virtual host of its own.
type stream struct {
	direct  string // Its URL that does not lead through the proxy.
	through *proxy
}

const (
	queue    = "orders.events"
	exchange = "orders"
)

func (*stream) relay() string { return "relay-rabbitmq" }

func (s *stream) env() []string {
	u, _ := url.Parse(s.direct) // It was parsed before.
	u.Host = process.Address(s.through.port)
	return []string{"AMQP_URL=" + u.String()}
}

// on calls do with a channel.
func (s *stream) on(do func(*amqp.Channel) error) error {
	connection, err := amqp.Dial(s.direct)
	if err != nil {
		return err
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		return err
	}
	return do(channel)
}

func (s *stream) remove(t *testing.T) {
	t.Helper()
	err := s.on(func(channel *amqp.Channel) error {
		_, err := channel.QueueDelete(queue, false, false, false)
		return err
	})
	if err != nil {
		t.Errorf("delete the stream: %v", err)
	}
}

func (s *stream) remake(t *testing.T) {
	t.Helper()
	err := s.on(func(channel *amqp.Channel) error {
		_, err := channel.QueueDelete(queue, false, false, false)
		if err == nil {
			_, err = channel.QueueDeclare(queue, true, false, false, false,
				amqp.Table{"x-queue-type": "stream"})
		}
		if err == nil {
			err = channel.QueueBind(queue, "order.#", exchange, false, nil)
		}
		return err
	})
	if err != nil {
		t.Errorf("make the stream anew: %v", err)
	}
}

func (*stream) divide(t *testing.T) { t.Skip("a stream has no partitions") }

// messages implements topic. There is one place. What a stream has is known only by waiting for
// more.
func (s *stream) messages(*testing.T) (all []message, err error) {
	const silence = 500 * time.Millisecond
	return all, s.on(func(channel *amqp.Channel) error {
		if err := channel.Qos(1000, 0, false); err != nil {
			return err
		}
		deliveries, err := channel.Consume(queue, "", false, false, false, false,
			amqp.Table{"x-stream-offset": "first"})
		if err != nil {
			return err
		}
		for {
			select {
			case d, ok := <-deliveries:
				if !ok {
					return fmt.Errorf("the consumer is ended after %d messages", len(all))
				}
				all = append(all, streamMessage(d))
				if err := d.Ack(false); err != nil {
					return err
				}
			case <-time.After(silence):
				return nil
			}
		}
	})
}

// streamMessage reads a message by CloudEvents' binding for AMQP, binary mode.
func streamMessage(d amqp.Delivery) message {
	m := message{
		key: d.RoutingKey, data: d.Body, attributes: map[string]string{},
		all: fmt.Sprint(d.RoutingKey, d.ContentType, d.CorrelationId, d.ReplyTo, d.Expiration,
			d.MessageId, d.Type, d.UserId, d.AppId, d.Headers, string(d.Body)),
	}
	for key, value := range d.Headers {
		if name, is := strings.CutPrefix(key, "cloudEvents:"); is {
			m.attributes[name], _ = value.(string)
		}
	}
	if d.ContentType != "" {
		m.attributes["datacontenttype"] = d.ContentType
	}
	return m
}
