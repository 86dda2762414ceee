package rabbitmq

import (
	"context"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/ports"
)

// consumer is a channel on which the broker sends the messages of the stream.
type consumer struct {
	*link
	channel    *amqp.Channel
	deliveries <-chan amqp.Delivery // Closed when it ends, also when the stream is deleted.
}

// consume attaches to the stream at a place, and returns ErrGone if it is not that of the topic.
func (r *Reader) consume(
	ctx context.Context, id ports.TopicID, from any,
) (*consumer, error) {
	l, err := r.reading.get(ctx)
	if err != nil {
		return nil, err
	}
	attach := func() (*consumer, error) { return r.attach(l, id, from) }
	return await(ctx, l, attach, (*consumer).end)
}

func (r *Reader) attach(l *link, id ports.TopicID, from any) (*consumer, error) {
	channel, err := l.Channel()
	if err != nil {
		return nil, err
	}
	c := &consumer{link: l, channel: channel}
	err = channel.Qos(prefetch, 0, false)
	if err == nil {
		c.deliveries, err = channel.Consume(r.config.Stream, "", false, false, false, false,
			amqp.Table{"x-stream-offset": from})
	}
	// Found only now, the topic is the one to which the consumer is attached. A stream may also be
	// missing for a while, as its node is down: the topic is still found then.
	if gone := r.config.find(l, id); gone != nil {
		err = gone
	}
	if err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

// more returns a delivery with those that wait behind it.
func (c *consumer) more(d amqp.Delivery) []amqp.Delivery {
	batch := []amqp.Delivery{d}
	for len(batch) < prefetch {
		select {
		case d, ok := <-c.deliveries:
			if !ok {
				return batch
			}
			batch = append(batch, d)
		default:
			return batch
		}
	}
	return batch
}

// end closes the channel, without waiting for the broker.
func (c *consumer) end() {
	_ = c.run(func() { _ = c.channel.Close() }) // Else the connection is closed with all channels.
}
