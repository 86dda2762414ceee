package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// EventStore checks the stores that open returns, a fresh and empty one for each law.
func EventStore(t *testing.T, open func(*testing.T) ports.EventStore) {
	check(t, eventStoreLaws, open)
	check(t, readLaws, open)
}

var eventStoreLaws = promises[ports.EventStore]([]law[ports.EventStore]{
	{"an unknown order has an empty stream", unknownIsEmpty},
	{"a stream is loaded whole and in order", loadedWhole},
	{"a commit keeps its actor with client and issuer", tellsActor},
	{"orders are kept apart", keptApart},
	{"an outdated past conflicts", outdatedConflicts},
	{"a second creation conflicts", secondCreationConflicts},
	{"the loser of a race leaves no trace", loserLeavesNoTrace},
	{"of 16 who append after the same past, one wins", oneWins},
	{"a commit that is sent again is no conflict with itself", resentIsNoConflict},
	{"an equal commit of somebody else conflicts", equalConflicts},
	{"a commit that does not follow its past is refused", mustFollow},
	{"callers cannot change the past", pastIsSafe},
	{"a caller who was cancelled records nothing", cancelledRecordsNothing},
	{"what was acknowledged, every later load sees", acknowledgedIsSeen},
})

func unknownIsEmpty(ctx context.Context, s ports.EventStore) error {
	return wantStream(ctx, s, ports.Stream{ID: id(1)})
}

func loadedWhole(ctx context.Context, s ports.EventStore) error {
	past := ports.Stream{ID: id(1)}
	var err error
	for _, events := range [][]order.Event{
		{created("ann"), order.ItemsChanged{Lines: lines()}},
		busy(),
		Events(),
		{order.Cancelled{Reason: "other"}},
	} {
		if past, err = grow(ctx, s, past, events...); err != nil {
			return err
		}
	}
	return wantStream(ctx, s, past)
}

func tellsActor(ctx context.Context, s ports.EventStore) error {
	past := ports.Stream{ID: id(1)}
	for _, a := range []ports.Actor{
		actor, ports.Anonymous, {}, {Subject: "s", Client: "c"}, {Subject: "s", Issuer: "i"},
		{Subject: "anonymous", Issuer: "i"},
	} {
		c := follow(past, changed(past.Version()))
		c.Actor = a
		if err := s.Append(ctx, past, c); err != nil {
			return err
		}
		past = past.With(c)
	}
	return wantStream(ctx, s, past)
}

func keptApart(ctx context.Context, s ports.EventStore) error {
	for n := range 3 {
		if _, err := grow(ctx, s, ports.Stream{ID: id(n)}, created(fmt.Sprint(n))); err != nil {
			return err
		}
	}
	past := ports.Stream{ID: id(1)}
	past.Commits = []ports.Commit{follow(past, created("1"))}
	return wantStream(ctx, s, past)
}

func outdatedConflicts(ctx context.Context, s ports.EventStore) error {
	first, err := grow(ctx, s, ports.Stream{ID: id(1)}, created("ann"))
	if err != nil {
		return err
	}
	if _, err := grow(ctx, s, first, order.Confirmed{}); err != nil {
		return err
	}
	rival := follow(first, order.Confirmed{})
	rival.ID = "rival"
	return wantError(s.Append(ctx, first, rival), ports.ErrConflict)
}

func secondCreationConflicts(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	if _, err := grow(ctx, s, none, created("ann")); err != nil {
		return err
	}
	rival := follow(none, created("bob"))
	rival.ID = "rival"
	return wantError(s.Append(ctx, none, rival), ports.ErrConflict)
}

func loserLeavesNoTrace(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	first, err := grow(ctx, s, none, created("ann"))
	if err != nil {
		return err
	}
	rival := follow(none, created("bob"), order.Confirmed{})
	rival.ID = "rival"
	_ = s.Append(ctx, none, rival)
	return wantStream(ctx, s, first)
}

func oneWins(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	racer := func(i int) ports.Commit {
		c := follow(none, created(fmt.Sprint(i)), order.Confirmed{})
		c.ID = fmt.Sprint("racer ", i)
		return c
	}
	winner, err := oneOf(16, func(i int) error { return s.Append(ctx, none, racer(i)) })
	if err != nil {
		return err
	}
	return wantStream(ctx, s, ports.Stream{ID: id(1), Commits: []ports.Commit{racer(winner)}})
}

func resentIsNoConflict(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	first, err := grow(ctx, s, none, created("ann"))
	if err != nil {
		return err
	}
	second, err := grow(ctx, s, first, order.Confirmed{})
	if err != nil {
		return err
	}
	for _, past := range []ports.Stream{first, none} {
		if err := s.Append(ctx, past, second.Commits[past.Version()]); err != nil {
			return fmt.Errorf("sent again after version %d: %w", past.Version(), err)
		}
	}
	return wantStream(ctx, s, second)
}

func equalConflicts(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	if _, err := grow(ctx, s, none, created("ann")); err != nil {
		return err
	}
	equal := follow(none, created("ann"))
	equal.ID = "somebody else's"
	return wantError(s.Append(ctx, none, equal), ports.ErrConflict)
}

func mustFollow(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	gap, stranger := follow(none, created("ann")), follow(none, created("ann"))
	gap.Version, stranger.OrderID = 7, id(2)
	for _, c := range []ports.Commit{gap, stranger} {
		if s.Append(ctx, none, c) == nil {
			return fmt.Errorf("version %d of %s was recorded as the first of %s",
				c.Version, c.OrderID, id(1))
		}
	}
	return errors.Join(wantStream(ctx, s, none), wantStream(ctx, s, ports.Stream{ID: id(2)}))
}

func pastIsSafe(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	given := follow(none, append(busy(), created("ann"))...)
	if err := s.Append(ctx, none, given); err != nil {
		return err
	}
	spoil(reflect.ValueOf(given))
	loaded, err := s.Load(ctx, id(1))
	if err != nil {
		return err
	}
	spoil(reflect.ValueOf(loaded))
	c := follow(none, append(busy(), created("ann"))...)
	return wantStream(ctx, s, ports.Stream{ID: id(1), Commits: []ports.Commit{c}})
}

func cancelledRecordsNothing(ctx context.Context, s ports.EventStore) error {
	none := ports.Stream{ID: id(1)}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Append(cancelled, none, follow(none, created("ann"))); err == nil {
		return errors.New("a cancelled append succeeded")
	}
	return wantStream(ctx, s, none)
}

func acknowledgedIsSeen(ctx context.Context, s ports.EventStore) error {
	const writers = 64
	errs := make([]error, writers)
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			past, err := grow(ctx, s, ports.Stream{ID: id(n)}, created("ann"))
			if err == nil {
				err = wantStream(ctx, s, past)
			}
			errs[n] = err
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func wantStream(ctx context.Context, s ports.EventStore, want ports.Stream) error {
	got, err := s.Load(ctx, want.ID)
	if err != nil {
		return err
	}
	if got.Version() == 0 && want.Version() == 0 {
		return wantEqual(got.ID, want.ID)
	}
	return wantEqual(got, want)
}
