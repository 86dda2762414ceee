package http_test

import (
	"context"
	"errors"

	"orders/domain/order"
	"orders/ports"
)

// broken is a store that fails.
type broken struct {
	ports.EventStore
	err error
}

func (b broken) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	if b.EventStore == nil {
		return ports.Stream{}, b.err
	}
	return b.EventStore.Load(ctx, id)
}

func (b broken) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	if b.EventStore == nil {
		return b.err
	}
	return b.EventStore.Read(ctx, id, after, each)
}

func (b broken) Append(ctx context.Context, _ ports.Stream, _ ports.Commit) error {
	if b.err == nil {
		panic("secret 42")
	}
	if errors.Is(b.err, context.DeadlineExceeded) {
		<-ctx.Done()
		return ctx.Err()
	}
	return b.err
}
