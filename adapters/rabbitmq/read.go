package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/ports"
)

// probeAfter is how long the message of an offset may take to come before the reader asks whether
// the stream has so many.
const probeAfter = time.Second

// handlerError is an error of the handler, which ends Read.
type handlerError struct{ error }

// Read implements ports.TopicReader.
func (r *Reader) Read(
	ctx context.Context, id ports.TopicID, from ports.Offset,
	handle func(context.Context, ports.Notices) error,
) error {
	at, err := readOffset(id, from)
	if err != nil {
		return err
	}
	reading := &reading{Reader: r, id: id, at: at, handle: handle}
	isFailing := false
	for {
		err := reading.on(ctx)
		var handled handlerError
		switch {
		case errors.As(err, &handled):
			return handled.error
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ports.ErrGone) || errors.Is(err, errClosed):
			return err
		case !isFailing:
			r.log.Warn("The stream cannot be read now, and is tried again",
				"stream", r.config.Stream, "error", err)
		}
		isFailing = !reading.came
		select {
		case <-ctx.Done():
		case <-time.After(retryEvery):
		}
	}
}

// reading is one call of Read.
type reading struct {
	*Reader
	id     ports.TopicID
	at     int64 // The place of the last message that came.
	came   bool  // Since the reader attached to the stream, it has shown that it has this place.
	begun  bool  // The handler was called.
	handle func(context.Context, ports.Notices) error
}

// call calls the handler, at first to say that the stream has what follows the offset.
func (r *reading) call(ctx context.Context, n ports.Notices) error {
	if err := r.handle(ctx, n); err != nil {
		return handlerError{err}
	}
	r.begun = true
	return nil
}

// on attaches to the stream and reads on, until something fails.
func (r *reading) on(ctx context.Context) error {
	r.came = false
	c, err := r.consume(ctx, r.id, r.at) // Once more the last message, to see whether it is there.
	if err != nil {
		return explained(err)
	}
	defer c.end()
	probing, stop := context.WithCancel(ctx)
	defer stop()
	probe := time.NewTimer(probeAfter)
	defer probe.Stop()
	ends := make(chan error, 1)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-probe.C:
			if !r.came {
				if err := c.run(func() { ends <- r.probe(probing) }); err != nil {
					return err
				}
			}
		case err := <-ends:
			if err != nil {
				return err
			}
		case d, ok := <-c.deliveries:
			if !ok {
				return errors.New("RabbitMQ ended the channel")
			}
			if err := r.take(ctx, c.more(d)); err != nil {
				return err
			}
		}
	}
}

// probe returns ErrGone if the stream ends before the place where the reader is. While the broker
// takes no marker it takes nothing else either.
func (r *reading) probe(ctx context.Context) error {
	at, err := r.end(ctx, r.id)
	if err == nil && at < r.at {
		err = fmt.Errorf("the stream %s has no message %d: %w",
			r.config.Stream, r.at, ports.ErrGone)
	}
	return err
}

// take hands on what came, and lets the broker send more.
func (r *reading) take(ctx context.Context, batch []amqp.Delivery) error {
	first, err := streamOffset(batch[0])
	if err != nil {
		return err
	}
	if !r.came && first > r.at+1 {
		return fmt.Errorf("the stream %s begins with message %d, and %d was read last: %w",
			r.config.Stream, first, r.at, ports.ErrGone)
	}
	r.came = true
	if !r.begun {
		if err := r.call(ctx, ports.Notices{Next: offset(r.id, r.at)}); err != nil {
			return err
		}
	}
	last := batch[len(batch)-1]
	if batch, err = after(batch, r.at); err != nil {
		return err
	}
	if len(batch) > 0 {
		at, _ := streamOffset(batch[len(batch)-1])
		n := ports.Notices{Of: r.notices(batch), Next: offset(r.id, at)}
		if err := r.call(ctx, n); err != nil {
			return err
		}
		r.at = at
	}
	const multiple = true
	return last.Ack(multiple)
}

// after leaves out what is not after a place.
func after(batch []amqp.Delivery, at int64) ([]amqp.Delivery, error) {
	for i, d := range batch {
		here, err := streamOffset(d)
		if err != nil {
			return nil, err
		}
		if here > at {
			return batch[i:], nil
		}
	}
	return nil, nil
}
