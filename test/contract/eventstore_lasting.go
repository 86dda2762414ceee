package contract

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// A Lasting store keeps its commits beyond the process that holds it open.
type Lasting struct {
	Log
	// Reopen closes the store and opens it again, as a process does that is started again.
	Reopen func() (Lasting, error)
}

// LastingStore checks the stores that open returns, a fresh and empty one for each law. A store
// that ends with its process has no Reopen to give, and its tests do not call LastingStore.
func LastingStore(t *testing.T, open func(*testing.T) Lasting) { check(t, lastingLaws, open) }

var lastingLaws = promises[ports.EventStore]([]law[Lasting]{
	{"what was acknowledged is there after the store was closed and opened again", lasts},
	{"what was acknowledged while the store was being closed is there, too", lastsWhenClosing},
	{"a position from before the store was closed leaves nothing out", lastsFromPosition},
})

// lasts closes the store again and again, as what is added to an old store must last, too.
func lasts(ctx context.Context, s Lasting) error {
	var streams []ports.Stream
	var all []ports.Commit
	for n := range 3 {
		past := ports.Stream{ID: id(n)}
		var err error
		for _, events := range [][]order.Event{{created("ann")}, busy(), {changed(n)}} {
			if past, err = grow(ctx, s, past, events...); err != nil {
				return err
			}
		}
		streams, all = append(streams, past), append(all, past.Commits...)
		if s, err = s.Reopen(); err != nil {
			return err
		}
	}
	for _, want := range streams {
		if err := wantStream(ctx, s, want); err != nil {
			return err
		}
	}
	r, err := read(ctx, s, "", seen(len(all)))
	return errors.Join(err, r.wantAll(all))
}

// lastsWhenClosing closes the store while each of many writers appends to an order of its own.
func lastsWhenClosing(ctx context.Context, s Lasting) error {
	const writers = 8
	acknowledged := make([]ports.Stream, writers)
	var writing sync.WaitGroup
	for n := range writers {
		past := &acknowledged[n]
		past.ID = id(n)
		writing.Go(func() {
			for err := error(nil); err == nil; {
				*past, err = grow(ctx, s, *past, changed(n))
			}
		})
	}
	err := eventually(ctx, func() error {
		written, err := s.Load(ctx, id(0))
		if err == nil && written.Version() < 3 {
			err = errors.New("nobody appends")
		}
		return err
	})
	next, failed := s.Reopen()
	writing.Wait()
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	for _, want := range acknowledged {
		got, err := next.Load(ctx, want.ID)
		if n := want.Version(); err == nil && n > 0 { // One more may be there, of unknown outcome.
			err = wantEqual(got.Until(min(got.Version(), n)), want)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func lastsFromPosition(ctx context.Context, s Lasting) error {
	if _, err := fill(ctx, s, 0, 3); err != nil {
		return err
	}
	from, err := s.Now(ctx)
	if err != nil {
		return err
	}
	before, err := fill(ctx, s, 10, 3)
	if err != nil {
		return err
	}
	if s, err = s.Reopen(); err != nil {
		return err
	}
	after, err := fill(ctx, s, 20, 3)
	if err != nil {
		return err
	}
	all := slices.Concat(before, after)
	_, err = read(ctx, s, from, func(r *reader) bool { return misses(all, nil, r) == "" })
	return err
}
