package contract

import (
	"context"
	"errors"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

var errEnough = errors.New("enough")

// A reader follows a feed and remembers what came.
type reader struct {
	seen    map[string]ports.Commit // By order and version.
	batches []ports.Batch
}

func key(c ports.Commit) string { return fmt.Sprintf("%s/%d", c.OrderID, c.Version) }

// read follows feed until enough says so, or fails with the context.
func read(
	ctx context.Context, feed ports.EventFeed, from ports.Position, enough func(*reader) bool,
) (*reader, error) {
	r := &reader{seen: map[string]ports.Commit{}}
	err := feed.Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
		r.batches = append(r.batches, b)
		for _, c := range b.Commits {
			r.seen[key(c)] = c
		}
		if enough(r) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		return r, fmt.Errorf("after %d commits: %w", len(r.seen), err)
	}
	return r, nil
}

func caughtUp(r *reader) bool { return r.batches[len(r.batches)-1].CaughtUp }

func seen(n int) func(*reader) bool { return func(r *reader) bool { return len(r.seen) >= n } }

// fill commits n orders, each created and then confirmed.
func fill(ctx context.Context, s ports.EventStore, from, n int) ([]ports.Commit, error) {
	var all []ports.Commit
	for i := from; i < from+n; i++ {
		past, err := grow(ctx, s, ports.Stream{ID: id(i)}, created("ann"))
		if err != nil {
			return nil, err
		}
		if past, err = grow(ctx, s, past, order.Confirmed{}); err != nil {
			return nil, err
		}
		all = append(all, past.Commits...)
	}
	return all, nil
}

func (r *reader) wantAll(commits []ports.Commit) error {
	for _, c := range commits {
		got, ok := r.seen[key(c)]
		if !ok {
			return fmt.Errorf("commit %s was left out", key(c))
		}
		if err := wantEqual(got, c); err != nil {
			return err
		}
	}
	return nil
}
