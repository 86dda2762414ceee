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
	reached int  // The highest version that the feed delivered.
	partial bool // The commits are not all that there is of it; it must be loaded.
	later   bool // It is not its turn yet.

	ending     ports.Ending // Of what was read.
	unreadable error        // Why there is no view.
}

// add adds the next commit. A commit that today's code cannot fold makes it panic.
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

// flaw returns why no view can be made: the order could not be read, could not be folded, or is
// not there.
func (f *folded[V]) flaw() error {
	if f.unreadable == nil && f.version == 0 {
		return fmt.Errorf("order %s: %w: it has no commits", f.id, ports.ErrUnreadable)
	}
	return f.unreadable
}

// read folds the order: from where its recent view ends if that still holds, else from its first
// commit.
func (f *folded[V]) read(ctx context.Context, p *projector[V]) error {
	done, err := f.resume(ctx, p)
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
	if err == nil && f.unreadable == nil && f.version > 0 && p.size(f.view) <= recentBytes {
		p.recent.put(f.id, recentView[V]{f.view, f.ending})
	}
	return err
}
