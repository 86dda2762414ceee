package projection

import (
	"context"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// A folded order is the view that its commits add up to. The commits themselves are not kept.
type folded[V any] struct {
	id      order.ID
	view    V
	version int  // Of the last commit in the view.
	reached int  // The highest version that the feed delivered.
	partial bool // Some commits are missing, so the order must be loaded.
	later   bool // It is completed in a later turn, so that not too many views are held.

	ending     ports.Ending // Of the commits that were read.
	unreadable error        // Why there is no view; nil if there is one.
}

// add adds the next commit. If with panics, as today's code cannot fold that commit, the order is
// unreadable.
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

// flaw returns why no view can be made: the order could not be read or folded, or it has no
// commits. It returns nil if there is a view.
func (f *folded[V]) flaw() error {
	if f.unreadable == nil && f.version == 0 {
		return fmt.Errorf("order %s: %w: it has no commits", f.id, ports.ErrUnreadable)
	}
	return f.unreadable
}

// read folds the order: from the end of its recent view if the store still has that stream, else
// from its first commit.
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
	if err == nil && f.unreadable == nil && f.version > 0 && p.size(f.view) <= recentLargest {
		p.recent.put(f.id, recentView[V]{f.view, f.ending})
	}
	return err
}
