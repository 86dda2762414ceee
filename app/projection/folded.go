package projection

import (
	"context"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// A folded order is what its commits add up to in a view, which is all that is held of them.
type folded[V any] struct {
	id      order.ID
	view    V
	version int  // Of the last commit in the view.
	reached int  // The version that it was told of.
	partly  bool // The commits are not all that there is of it; it must be loaded.
	later   bool // It is not its turn yet.

	ending     ports.Ending // Of what was read.
	unreadable error        // Why there is no view.
}

// add adds the next commit. The code of today may not be able to fold it, and panics.
func (f *folded[V]) add(with func(V, ports.Commit) V, c ports.Commit) {
	f.version = c.Version
	if f.unreadable != nil {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			f.unreadable = fmt.Errorf("order %s: %w: %v", f.id, ports.ErrUnreadable, cause)
		}
	}()
	f.view = with(f.view, c)
}

// flaw tells why no view can be made: the order could not be read, could not be folded, or is not
// there.
func (f *folded[V]) flaw() error {
	if f.unreadable == nil && f.version == 0 {
		return fmt.Errorf("order %s: %w: it has no commits", f.id, ports.ErrUnreadable)
	}
	return f.unreadable
}

// read folds the order, anew from its beginning unless what is kept of it still holds.
func (f *folded[V]) read(ctx context.Context, p *projector[V]) error {
	done, err := f.goOn(ctx, p)
	if err != nil {
		return err
	}
	if !done {
		var none V
		f.view, f.version, f.unreadable, f.ending = none, 0, nil, ports.Ending{}
		err = p.history.Read(ctx, f.id, 0, func(c ports.Commit) error {
			f.add(p.with, c)
			f.ending = f.ending.With(c)
			return nil
		})
	}
	if err == nil && f.unreadable == nil && f.version > 0 && p.size(f.view) <= warmViewMax {
		p.warm.keep(f.id, warmth[V]{f.view, f.ending})
	}
	return err
}

// A past is an order as it is, and as it was at the version that is stored of it.
type past[V any] struct {
	folded[V]
	seen int
	then V
	err  error // Why then could not be made.
}

func newPast[V any](id order.ID, seen int) *past[V] {
	return &past[V]{folded: folded[V]{id: id}, seen: seen}
}

func (p *past[V]) add(with func(V, ports.Commit) V, c ports.Commit) {
	if c.Unreadable != nil {
		p.partly, p.unreadable = true, c.Unreadable
		return
	}
	if p.folded.add(with, c); p.version == p.seen {
		p.then, p.err = p.view, p.unreadable
	}
}
