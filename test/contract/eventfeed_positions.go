package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"orders/ports"
)

func resumesAnywhere(ctx context.Context, l Log) error {
	first, err := fill(ctx, l, 0, 10)
	if err != nil {
		return err
	}
	r, err := read(ctx, l, "", caughtUp)
	if err != nil {
		return err
	}
	second, err := fill(ctx, l, 10, 10)
	if err != nil {
		return err
	}
	rest, err := read(ctx, l, r.batches[len(r.batches)-1].Next, seen(len(second)))
	if err != nil {
		return err
	}
	all := slices.Concat(first, second)
	batches := slices.Concat(r.batches, rest.batches)
	had := map[string]bool{}
	for _, b := range batches {
		for _, c := range b.Commits {
			had[key(c)] = true
		}
		rest, err := read(ctx, l, b.Next, func(r *reader) bool { return misses(all, had, r) == "" })
		if err != nil {
			return fmt.Errorf("resumed, but %s did not come: %w", misses(all, had, rest), err)
		}
	}
	return nil
}

// misses names a commit that is neither in before nor came to r; empty if there is none.
func misses(all []ports.Commit, had map[string]bool, r *reader) string {
	for _, c := range all {
		if _, came := r.seen[key(c)]; !came && !had[key(c)] {
			return key(c)
		}
	}
	return ""
}

func strangersStartAnew(ctx context.Context, l Log) error {
	commits, err := fill(ctx, l, 0, 3)
	if err != nil {
		return err
	}
	r, err := read(ctx, l, "a position of no feed", seen(len(commits)))
	return errors.Join(err, r.wantAll(commits))
}

// twoLogs are of the same kind and know nothing of each other.
type twoLogs [2]Log

var twoLogsLaws = promises[ports.EventFeed]([]law[twoLogs]{
	{"a position of another store of the same kind counts as the empty one", othersStartAnew},
})

// othersStartAnew takes positions of the other log at each length, since a number of commits alone
// could be mistaken for one of the log's own.
func othersStartAnew(ctx context.Context, logs twoLogs) error {
	var all []ports.Commit
	for n := range 3 {
		some, err := fill(ctx, logs[0], n, 1)
		_, failed := fill(ctx, logs[1], n, 1)
		now, unknown := logs[1].Now(ctx)
		if err := errors.Join(err, failed, unknown); err != nil {
			return err
		}
		all = append(all, some...)
		r, err := read(ctx, logs[1], "", caughtUp)
		if err != nil {
			return err
		}
		for _, from := range []ports.Position{now, r.batches[len(r.batches)-1].Next} {
			r, err := read(ctx, logs[0], from, caughtUp)
			if err := errors.Join(err, r.wantAll(all)); err != nil || r.batches[0].Next != "" {
				return fmt.Errorf("from %q of another store: first %+v, %w",
					from, r.batches[0], err)
			}
		}
	}
	return nil
}

func beginningIsTold(ctx context.Context, l Log) error {
	for n := range 2 { // At first there is nothing.
		now, err := l.Now(ctx)
		if err != nil {
			return err
		}
		for _, from := range []ports.Position{
			"", "!", "a position of no feed", "0123.AAAA", now + "0", "/" + now,
		} {
			r, err := read(ctx, l, from, caughtUp)
			if err != nil || r.batches[0].Next != "" {
				return fmt.Errorf("from %q: first %+v, %w", from, r.batches[0], err)
			}
		}
		r, err := read(ctx, l, now, caughtUp)
		if err != nil || r.batches[0].Next == "" {
			return fmt.Errorf("from now: first %+v, %w", r.batches[0], err)
		}
		if _, err := fill(ctx, l, n, 1); err != nil {
			return err
		}
	}
	return nil
}

func deliversFromNow(ctx context.Context, l Log) error {
	for n := range 3 { // At first there is nothing before.
		now, err := l.Now(ctx)
		if err != nil {
			return err
		}
		commits, err := fill(ctx, l, 5*n, 5)
		if err != nil {
			return err
		}
		_, err = read(ctx, l, now, func(r *reader) bool { return misses(commits, nil, r) == "" })
		if err != nil {
			return err
		}
	}
	return nil
}

// caughtUpInTraffic appends without a pause, so that there is never silence.
func caughtUpInTraffic(ctx context.Context, l Log) error {
	busy, stop := context.WithCancel(ctx)
	var writing sync.WaitGroup
	writing.Go(func() { appendUntil(busy, l) })
	defer writing.Wait()
	defer stop() // Before the waiting.
	for range 3 {
		from, err := l.Now(ctx)
		if err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
		following, cancel := context.WithTimeout(ctx, patience/4)
		err = l.Follow(following, from, func(_ context.Context, b ports.Batch) error {
			if b.CaughtUp {
				return errEnough
			}
			return nil
		})
		cancel()
		if err := wantError(err, errEnough); err != nil {
			return fmt.Errorf("in constant traffic it is never caught up: %w", err)
		}
	}
	return nil
}

// appendUntil creates orders until ctx ends. The last append may fail with it.
func appendUntil(ctx context.Context, l Log) {
	for n := 0; ctx.Err() == nil; n++ {
		_, _ = grow(ctx, l, ports.Stream{ID: id(n)}, created("ann"))
	}
}
