package peers

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What peers call what they publish to on RabbitMQ, as the service does.
const (
	Exchange = "orders"
	Stream   = "orders.events"
)

// partitions are as many as the service makes.
const partitions = 12

const (
	contentType = "application/json"
	eventType   = "orders.OrderCreated.v1"
)

// A teller returns once the broker has the event of a new order.
type teller func(context.Context, order) error

// insertAndTell writes twice, to the database and to the broker, and nothing binds the two.
func (s *store) insertAndTell(tell teller) saver {
	return func(ctx context.Context, o order) error {
		if err := s.oneInsert(ctx, o); err != nil {
			return err
		}
		return tell(ctx, o)
	}
}

// event is the message of a new order, with its attributes.
func (o order) event() (attributes map[string]string, data []byte, err error) {
	data, err = json.Marshal(o)
	return map[string]string{
		"specversion": "1.0", "id": o.ID + "/1/1", "source": "/orders", "type": eventType,
		"subject": o.ID, "time": o.CreatedAt.Format(time.RFC3339Nano),
	}, data, err
}

// tellKafka makes the topic.
func tellKafka(ctx context.Context, at Place) (teller, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(at.Broker), kgo.ProducerLinger(0))
	if err != nil {
		return nil, err
	}
	_, err = kadm.NewClient(client).CreateTopic(ctx, partitions, 1, nil, at.Topic)
	return func(ctx context.Context, o order) error {
		attributes, data, err := o.event()
		if err != nil {
			return err
		}
		r := &kgo.Record{Topic: at.Topic, Key: []byte(o.ID), Value: data}
		for name, value := range attributes {
			r.Headers = append(r.Headers, kgo.RecordHeader{Key: "ce_" + name, Value: []byte(value)})
		}
		r.Headers = append(r.Headers,
			kgo.RecordHeader{Key: "content-type", Value: []byte(contentType)})
		return client.ProduceSync(ctx, r).FirstErr()
	}, err
}

// tellRabbitMQ makes the exchange and the stream.
func tellRabbitMQ(at Place) (teller, error) {
	connection, err := amqp.Dial(at.Broker)
	if err != nil {
		return nil, err
	}
	channel, err := connection.Channel()
	if err != nil {
		return nil, err
	}
	_, declared := channel.QueueDeclare(Stream, true, false, false, false,
		amqp.Table{"x-queue-type": "stream"})
	err = errors.Join(declared, channel.Confirm(false),
		channel.ExchangeDeclare(Exchange, amqp.ExchangeTopic, true, false, false, false, nil),
		channel.QueueBind(Stream, "order.#", Exchange, false, nil))
	return func(ctx context.Context, o order) error {
		attributes, data, err := o.event()
		if err != nil {
			return err
		}
		headers := amqp.Table{}
		for name, value := range attributes {
			headers["cloudEvents:"+name] = value
		}
		confirmation, err := channel.PublishWithDeferredConfirm(
			Exchange, "order.OrderCreated", true, false, amqp.Publishing{
				DeliveryMode: amqp.Persistent, MessageId: o.ID, ContentType: contentType,
				Headers: headers, Body: data,
			})
		if err != nil {
			return err
		}
		acked, err := confirmation.WaitContext(ctx)
		if err == nil && !acked {
			err = errors.New("RabbitMQ refuses it")
		}
		return err
	}, err
}
