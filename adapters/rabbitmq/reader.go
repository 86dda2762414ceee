package rabbitmq

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/message"
	"orders/ports"
)

var _ ports.TopicReader = (*Reader)(nil)

const (
	// prefetch bounds how many messages the broker sends ahead. At the default EVENT_MAX_BYTES,
	// they take 88 MiB at most.
	prefetch   = 100
	retryEvery = time.Second
	// marksMost is how many markers are on their way at once. A broker that is blocked takes none,
	// however many callers of End give up waiting.
	marksMost = 16
)

// Reader implements ports.TopicReader. It reads on one connection and marks places on another
// one, as a broker that lacks disk or memory blocks those that publish.
type Reader struct {
	config  Config
	log     *slog.Logger
	reading *keeper[*link]
	marking *keeper[*link]
	marks   chan struct{} // Full while as many markers as may be are on their way.
	foreign sync.Once     // Warns of a message of somebody else.
}

// NewReader returns a Reader that connects once it is used.
func NewReader(c Config, log *slog.Logger) (*Reader, error) {
	c, err := c.checked()
	if err != nil {
		return nil, err
	}
	open := func(purpose string) *keeper[*link] {
		return newKeeper(func(ctx context.Context) (*link, error) {
			return dial(ctx, c.URL, purpose)
		})
	}
	return &Reader{
		config: c, log: log, reading: open("reader"), marking: open("marker"),
		marks: make(chan struct{}, marksMost),
	}, nil
}

// Close disconnects.
func (r *Reader) Close() {
	r.reading.close()
	r.marking.close()
}

// End implements ports.TopicReader. It publishes a marker to this topic alone, and waits for it to
// come: its place is the end.
func (r *Reader) End(ctx context.Context, id ports.TopicID) (ports.Offset, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if !validTopic(id) {
		return "", fmt.Errorf("%q is no topic: %w", id, ports.ErrGone)
	}
	at, err := r.end(ctx, id)
	if err != nil {
		return "", fmt.Errorf("find the end of the stream %s: %w", r.config.Stream, explained(err))
	}
	return offset(id, at), nil
}

func (r *Reader) end(ctx context.Context, id ports.TopicID) (int64, error) {
	c, err := r.consume(ctx, id, "next")
	if err != nil {
		return 0, err
	}
	defer c.end()
	mark := rand.Text()
	marked, err := r.begin(ctx, id, mark)
	if err != nil {
		return 0, err
	}
	for {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case err := <-marked:
			if err != nil {
				return 0, err
			}
			marked = nil
		case d, ok := <-c.deliveries:
			if !ok {
				return 0, errors.New("RabbitMQ ended the channel")
			}
			if d.MessageId == mark {
				return streamOffset(d)
			}
			if err := d.Ack(false); err != nil {
				return 0, err
			}
		}
	}
}

// begin begins to publish a marker. What it returns gets the result.
func (r *Reader) begin(
	ctx context.Context, id ports.TopicID, mark string,
) (<-chan error, error) {
	l, err := r.marking.get(ctx)
	if err != nil {
		return nil, err
	}
	select {
	case r.marks <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	marked := make(chan error, 1)
	err = l.run(func() {
		defer func() { <-r.marks }()
		marked <- r.mark(l, id, mark)
	})
	if err != nil {
		<-r.marks
	}
	return marked, err
}

// mark publishes a marker to the topic.
func (r *Reader) mark(l *link, id ports.TopicID, mark string) error {
	err := l.on(func(channel *amqp.Channel) error {
		if err := channel.Confirm(false); err != nil {
			return err
		}
		ends := make(chan *amqp.Error, 1)
		channel.NotifyClose(ends)
		confirmation, err := channel.PublishWithDeferredConfirm(
			r.config.identity(id), "", true, false, marker(mark))
		if err != nil || confirmation.Wait() {
			return err
		}
		if err := <-ends; err != nil {
			return err
		}
		return errors.New("RabbitMQ does not confirm a marker")
	})
	if isCode(err, amqp.NotFound) {
		return fmt.Errorf("the topic %s: %w: %w", id, ports.ErrGone, err)
	}
	return err
}

// notices are those of some messages. What is no event of an order is passed over.
func (r *Reader) notices(batch []amqp.Delivery) (all []ports.Notice) {
	for _, d := range batch {
		id, _ := d.Headers[idAttribute].(string)
		n, ok := message.NoticeOf(id)
		switch {
		case d.Type == markerType:
		case !ok:
			r.foreign.Do(func() {
				r.log.Warn("A message in the stream is no event of an order; such ones are "+
					"passed over", "stream", r.config.Stream, "messageId", d.MessageId)
			})
		case len(all) == 0 || all[len(all)-1] != n: // A commit has several events.
			all = append(all, n)
		}
	}
	return all
}
