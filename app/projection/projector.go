package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"orders/domain/order"
	"orders/ports"
)

const loadsMax = 4 // Streams loaded at once.

// A View is a kind of view: what it shows of an order, and where it is put.
type View[V any] struct {
	Of   func(ports.Stream) V // Of a stream that is not empty.
	Save func(context.Context, []V) []error
}

// A projector saves the views of the orders that commits tell of.
type projector[V any] struct {
	store ports.EventStore
	view  View[V]
	log   *slog.Logger
}

// project saves the view of every order in commits, or returns an error when it must be done
// again. An order that cannot be read is left out: no later try would fare better, and the
// others shall not wait for it.
func (p projector[V]) project(ctx context.Context, commits []ports.Commit) error {
	streams, err := p.streams(ctx, commits)
	if err != nil {
		return err
	}
	views, ids := make([]V, 0, len(streams)), make([]order.ID, 0, len(streams))
	for _, s := range streams {
		v, err := p.of(s)
		if err != nil {
			p.leaveOut(s.ID, err)
			continue
		}
		views, ids = append(views, v), append(ids, s.ID)
	}
	if len(views) == 0 {
		return nil
	}
	for i, err := range p.view.Save(ctx, views) {
		switch {
		case err == nil:
		case errors.Is(err, ports.ErrUnavailable), ctx.Err() != nil:
			return fmt.Errorf("save the views: %w", err)
		default:
			p.leaveOut(ids[i], err)
		}
	}
	return nil
}

// of turns a panic over a stream that no code of today can fold into an ErrUnreadable.
func (p projector[V]) of(s ports.Stream) (v V, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("order %s: %w: %v", s.ID, ports.ErrUnreadable, cause)
		}
	}()
	return p.view.Of(s), nil
}

// streams returns the stream of each order in commits. A creation that nothing follows is its
// order's whole stream as far as the batch goes; all others are loaded.
func (p projector[V]) streams(ctx context.Context, commits []ports.Commit) ([]ports.Stream, error) {
	reached := make(map[order.ID]int, len(commits))
	for _, c := range commits {
		reached[c.OrderID] = max(reached[c.OrderID], c.Version)
	}
	streams := make([]ports.Stream, 0, len(reached))
	var toLoad []order.ID
	for _, c := range commits {
		if reached[c.OrderID] != c.Version {
			continue
		}
		delete(reached, c.OrderID) // The same commit may come twice.
		if c.Version == 1 && c.Unreadable == nil {
			streams = append(streams, ports.Stream{ID: c.OrderID, Commits: []ports.Commit{c}})
			continue
		}
		toLoad = append(toLoad, c.OrderID)
	}
	loaded, err := p.load(ctx, toLoad)
	return append(streams, loaded...), err
}

func (p projector[V]) load(ctx context.Context, ids []order.ID) ([]ports.Stream, error) {
	loaded := make([]ports.Stream, len(ids))
	loads, ctx := errgroup.WithContext(ctx)
	loads.SetLimit(loadsMax)
	for i, id := range ids {
		loads.Go(func() (err error) {
			loaded[i], err = p.store.Load(ctx, id)
			if errors.Is(err, ports.ErrUnreadable) {
				p.leaveOut(id, err)
				return nil
			}
			return err
		})
	}
	if err := loads.Wait(); err != nil {
		return nil, fmt.Errorf("load the streams: %w", err)
	}
	readable := loaded[:0]
	for _, s := range loaded {
		if s.Version() > 0 {
			readable = append(readable, s)
		}
	}
	return readable, nil
}

func (p projector[V]) leaveOut(id order.ID, err error) {
	p.log.Error("an order is left out of the read model", "orderId", id, "error", err)
}
