// Package rabbitmq tells RabbitMQ what happened to orders, and reads what it was told. Releases
// 3.10 to 4 will do.
//
//	Publisher ──order.<EventType>──> orders ──order.#──> orders.events ──> Reader
//	                              (exchange)               (stream)
//	                                   │                      ^
//	                                   v                      │
//	                           queues of others   orders.events.<TopicID> <── markers
//	                                                      (exchange)
//
// The stream is the topic. AMQP shows no identity of a queue, so an exchange stands for it: the
// publisher that makes a topic declares one with the topic's ID in its name, which the broker
// deletes with its only binding, and that with the stream. So a topic is there for as long as its
// exchange is, whoever deletes the stream or makes it anew.
package rabbitmq

import (
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/message"
)

// Config says which broker it is, and how it keeps what it is told.
type Config struct {
	URL      string           // amqp://user:password@host:port/virtual-host, or amqps for TLS.
	Envelope message.Envelope // Makes messages of events.

	Exchange string // "orders" if empty.
	Stream   string // "orders.events" if empty.
	Keep     Keep
}

// Keep is for how long a stream keeps messages. It is set when the stream is made; policies of the
// broker can change it later. What comes first decides.
type Keep struct {
	Age   time.Duration // 0 for ever.
	Bytes int64         // 0 for any number.
	// Segment is the size of the files of which the oldest is deleted as a whole. 100 MB if 0.
	Segment int64
}

const (
	defaultExchange = "orders"
	DefaultStream   = "orders.events"
	defaultSegment  = 100_000_000
)

// CheckURL returns what is wrong with the URL of a RabbitMQ, without repeating it.
func CheckURL(url string) error {
	if _, err := amqp.ParseURI(url); err != nil {
		return errors.New("the URL of RabbitMQ is not one such as " +
			"amqp://user:password@host:5672/virtual-host with special characters percent-encoded")
	}
	return nil
}

// checked fills in what is empty.
func (c Config) checked() (Config, error) {
	if err := CheckURL(c.URL); err != nil {
		return c, err
	}
	if c.Exchange == "" {
		c.Exchange = defaultExchange
	}
	if c.Stream == "" {
		c.Stream = DefaultStream
	}
	if c.Keep.Segment == 0 {
		c.Keep.Segment = defaultSegment
	}
	return c, nil
}

// arguments are those with which a stream is declared.
func (k Keep) arguments() amqp.Table {
	all := amqp.Table{"x-queue-type": "stream", "x-stream-max-segment-size-bytes": k.Segment}
	if k.Age > 0 {
		all["x-max-age"] = fmt.Sprintf("%ds", int64(max(k.Age, time.Second)/time.Second))
	}
	if k.Bytes > 0 {
		all["x-max-length-bytes"] = k.Bytes
	}
	return all
}
