package live

import (
	"context"
	"errors"

	"orders/ports"
)

// fill reads what a change has only the outline of. What it found may be later than that: nothing
// before it is told thereafter. When ctx ends first, the change is the next one again.
func (w *watcher) fill(ctx context.Context, c ports.Change) (ports.Change, error) {
	if c.View == nil || !c.View.Outline {
		return w.notBefore(c), nil
	}
	if c = w.notBefore(c); c.View == nil {
		return c, nil
	}
	view, err := w.read(ctx, c.View.OrderView)
	switch {
	case errors.Is(err, ports.ErrNotFound):
		c.View = nil // Somebody took it away.
		return c, nil
	case err != nil && ctx.Err() != nil:
		w.unfilled = &c
		return ports.Change{}, ctx.Err()
	case err != nil:
		w.fail(errors.Join(ports.ErrUnavailable, err))
		return ports.Change{}, w.err
	}
	if view.Version > c.View.Version {
		w.filled.set(view.ID, view.Version)
	}
	c.View = &ports.SharedView{OrderView: view}
	return c, nil
}

// read returns the view of an order at the outline's version or a later one.
func (w *watcher) read(ctx context.Context, outline ports.OrderView) (ports.OrderView, error) {
	if err := w.run.orders.Await(ctx, outline.ID, outline.Version); err != nil {
		return outline, err
	}
	return w.run.orders.Order(ctx, outline.ID)
}

// notBefore leaves a view out that is not later than what was read for an outline.
func (w *watcher) notBefore(c ports.Change) ports.Change {
	if c.View != nil && c.View.Version <= w.filled.of(c.View.ID) {
		c.View = nil
	}
	return c
}
