package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"orders/ports"
)

// Timed is an event store with the timeline of its feed.
type Timed interface {
	Log
	ports.Timeline
}

// Moments are a Timed and a way to write to its store.
type Moments struct {
	Timed
	// Write writes to the store what is no commit. A silent feed moves on only with what is
	// written: so a relay, which saves each position that its feed brings, needs nobody else to
	// write.
	Write func(context.Context) error
}

// Timeline checks the timelines that open returns, each of a fresh and empty store.
func Timeline(t *testing.T, open func(*testing.T) Moments) { check(t, timelineLaws, open) }

var timelineLaws = promises[ports.Timeline]([]law[Moments]{
	{"all was committed after moment 0", allAfterMomentZero},
	{"a position has not reached the present of a commit that comes after it", notReachedBefore},
	{"what was committed before the present comes before a position that reached it",
		reachedIsAfter},
	{"a silent feed reaches the present as something is written", reachesInSilence},
	{"later moments are greater", laterIsGreater},
	{"a position that no feed made has reached moment 0", strangersReachNothing},
	{"the end of the context ends the asking for the present", presentEnds},
})

func allAfterMomentZero(ctx context.Context, m Moments) error {
	if reached := m.Reached(""); reached != 0 {
		return fmt.Errorf("the empty position has reached %d", reached)
	}
	if _, err := grow(ctx, m, ports.Stream{ID: id(0)}, created("ann")); err != nil {
		return err
	}
	present, err := m.Present(ctx)
	if err == nil && present == 0 {
		err = errors.New("something was committed, and the present is moment 0")
	}
	return err
}

// notReachedBefore looks at positions before each of some commits.
func notReachedBefore(ctx context.Context, m Moments) error {
	for n := range 5 {
		now, err := m.Now(ctx)
		if err != nil {
			return err
		}
		r, err := read(ctx, m, now, caughtUp)
		if err != nil {
			return err
		}
		_, err = grow(ctx, m, ports.Stream{ID: id(n)}, created("ann"))
		present, unknown := m.Present(ctx)
		if err := errors.Join(err, unknown); err != nil {
			return err
		}
		for _, before := range []ports.Position{now, r.batches[len(r.batches)-1].Next} {
			if reached := m.Reached(before); reached >= present {
				return fmt.Errorf("position %q is before commit %d and has reached %d, "+
					"the present after it is %d", before, n, reached, present)
			}
		}
	}
	return nil
}

// reachedIsAfter asks for the present after each of many commits, while a follower is told of them.
func reachedIsAfter(ctx context.Context, m Moments) error {
	from, err := m.Now(ctx)
	if err != nil {
		return err
	}
	var commits []ports.Commit
	var presents []ports.Moment // After each of them.
	var failed error
	const orders = 50
	written, moved := make(chan struct{}), make(chan error, 1)
	begin := sync.OnceFunc(func() {
		go func() {
			commits, presents, failed = fillAndAsk(ctx, m, orders)
			close(written)                    // Before the batch that the follower ends with.
			_, err := fill(ctx, m, orders, 1) // Nothing else may move the feed on so far.
			moved <- err
		}()
	})
	r, err := read(ctx, m, from, func(r *reader) bool {
		begin() // After the first batch, which has none of the commits.
		select {
		case <-written:
			last := r.batches[len(r.batches)-1].Next
			return failed != nil || m.Reached(last) >= presents[len(presents)-1]
		default:
			return false
		}
	})
	if err != nil {
		return err
	}
	return errors.Join(failed, <-moved, comeBefore(m, r.batches, commits, presents))
}

// fillAndAsk commits some orders, and asks for the present after each commit.
func fillAndAsk(
	ctx context.Context, m Moments, orders int,
) (commits []ports.Commit, presents []ports.Moment, err error) {
	for n := range orders {
		s, err := grow(ctx, m, ports.Stream{ID: id(n)}, created("ann"))
		present, unknown := m.Present(ctx)
		if err := errors.Join(err, unknown); err != nil {
			return nil, nil, err
		}
		commits, presents = append(commits, s.Commits...), append(presents, present)
	}
	return commits, presents, nil
}

// comeBefore wants each commit to be in a batch before the first position that has reached its
// present.
func comeBefore(
	m Moments, batches []ports.Batch, commits []ports.Commit, presents []ports.Moment,
) error {
	came, reached := map[string]bool{}, 0 // How many commits were behind.
	for _, b := range batches {
		for _, c := range b.Commits {
			came[key(c)] = true
		}
		for reached < len(commits) && m.Reached(b.Next) >= presents[reached] {
			if c := commits[reached]; !came[key(c)] {
				return fmt.Errorf("%q has reached %d, the present after commit %s, "+
					"which has not come yet", b.Next, presents[reached], key(c))
			}
			reached++
		}
	}
	return wantEqual(reached, len(commits))
}

// reachesInSilence follows while only that is written which is no commit: before it asks for the
// present, and once more thereafter.
func reachesInSilence(ctx context.Context, m Moments) error {
	if _, err := fill(ctx, m, 0, 2); err != nil {
		return err
	}
	var failed error
	var present ports.Moment
	ask := func() {
		before := m.Write(ctx)
		at, err := m.Present(ctx)
		present, failed = at, errors.Join(before, err, m.Write(ctx))
	}
	times := 0
	_, err := read(ctx, m, "", func(r *reader) bool {
		last := r.batches[len(r.batches)-1]
		isSilent := len(r.seen) == 4 && len(last.Commits) == 0
		for ; isSilent && failed == nil && m.Reached(last.Next) >= present; times++ {
			if times == 4 {
				return true
			}
			ask()
		}
		return failed != nil
	})
	return errors.Join(err, failed)
}

// laterIsGreater compares the moments of batches that come one after the other, and those of calls.
func laterIsGreater(ctx context.Context, m Moments) error {
	var reached, present ports.Moment
	if _, err := fill(ctx, m, 0, 5); err != nil {
		return err
	}
	for n := range 5 {
		next, err := m.Present(ctx)
		if err == nil && next < present {
			err = fmt.Errorf("after the present %d comes %d", present, next)
		}
		present = next
		if err == nil {
			_, err = fill(ctx, m, 5+n, 1)
		}
		if err != nil {
			return err
		}
	}
	r, err := read(ctx, m, "", func(r *reader) bool { return caughtUp(r) && len(r.seen) == 20 })
	for _, b := range r.batches {
		next := m.Reached(b.Next)
		if next < reached {
			return fmt.Errorf("after a position that has reached %d comes one that has %d",
				reached, next)
		}
		reached = next
	}
	return err
}

func strangersReachNothing(ctx context.Context, m Moments) error {
	if _, err := fill(ctx, m, 0, 1); err != nil {
		return err
	}
	now, err := m.Now(ctx)
	for _, at := range []ports.Position{
		"", "!", ".", "/", "1", "/1", "a position of no feed", "0123.AAAA", now + "0", "/" + now,
		now + " ", "\x00\xff",
	} {
		if reached := m.Reached(at); reached != 0 {
			return fmt.Errorf("%q has reached %d", at, reached)
		}
	}
	return err
}

func presentEnds(ctx context.Context, m Moments) error {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err := m.Present(ended)
	return wantError(err, context.Canceled)
}
