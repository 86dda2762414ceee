package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
	tail, err := read(ctx, l, r.batches[len(r.batches)-1].Next, seen(len(second)))
	if err != nil {
		return err
	}
	all := slices.Concat(first, second)
	batches := slices.Concat(r.batches, tail.batches)
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

// misses names a commit that neither came before nor came to r; empty for none.
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
