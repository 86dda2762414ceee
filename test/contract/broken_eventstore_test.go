package contract

import (
	"context"
	"errors"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

type (
	loading   func(context.Context, order.ID) (ports.Stream, error)
	appending func(context.Context, ports.Stream, ports.Commit) error
	following func(
		context.Context, ports.Position, func(context.Context, ports.Batch) error,
	) error
)

// A brokenLog is a good one except for the functions that are set.
type brokenLog struct {
	*memory.EventStore
	load   loading
	append appending
	follow following
}

func (b brokenLog) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	if b.load != nil {
		return b.load(ctx, id)
	}
	return b.EventStore.Load(ctx, id)
}

func (b brokenLog) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if b.append != nil {
		return b.append(ctx, past, c)
	}
	return b.EventStore.Append(ctx, past, c)
}

func (b brokenLog) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	if b.follow != nil {
		return b.follow(ctx, from, handle)
	}
	return b.EventStore.Follow(ctx, from, handle)
}

// store breaks the loading or the appending of a good store.
func store(
	breakIt func(good *memory.EventStore) (loading, appending),
) func() ports.EventStore {
	return func() ports.EventStore {
		good := memory.NewEventStore()
		load, add := breakIt(good)
		return brokenLog{EventStore: good, load: load, append: add}
	}
}

func TestEventStoreLawsCatch(t *testing.T) { catches(t, eventStoreLaws, brokenStores) }

var brokenStores = map[string]func() ports.EventStore{
	"an unknown order has an empty stream": store(func(*memory.EventStore) (loading, appending) {
		return func(context.Context, order.ID) (ports.Stream, error) {
			return ports.Stream{}, ports.ErrNotFound
		}, nil
	}),
	"a stream is loaded whole and in order":           store(forgetsTraces),
	"a commit keeps its actor with client and issuer": store(forgetsIssuers),
	"orders are kept apart": store(func(good *memory.EventStore) (loading, appending) {
		return func(ctx context.Context, want order.ID) (ports.Stream, error) {
			s, err := good.Load(ctx, id(0))
			s.ID = want
			return s, err
		}, nil
	}),
	"an outdated past conflicts":                             store(overwrites),
	"a second creation conflicts":                            store(overwrites),
	"the loser of a race leaves no trace":                    store(recordsLosers),
	"of 16 who append after the same past, one wins":         store(overwrites),
	"a commit that is sent again is no conflict with itself": store(forgetsIDs),
	"an equal commit of somebody else conflicts":             store(comparesContent),
	"a commit that does not follow its past is refused": store(
		func(*memory.EventStore) (loading, appending) {
			return nil, func(context.Context, ports.Stream, ports.Commit) error { return nil }
		}),
	"callers cannot change the past":               sharing,
	"a caller who was cancelled records nothing":   store(recordsCancelled),
	"what was acknowledged, every later load sees": store(acknowledgesEarly),
}

// forgetsTraces loses a field on the way.
func forgetsTraces(good *memory.EventStore) (loading, appending) {
	return func(ctx context.Context, id order.ID) (ports.Stream, error) {
		s, err := good.Load(ctx, id)
		for i := range s.Commits {
			s.Commits[i].Traceparent = ""
		}
		return s, err
	}, nil
}

// forgetsIssuers keeps of an actor what tells people who it was.
func forgetsIssuers(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		c.Actor.Issuer = ""
		return good.Append(ctx, past, c)
	}
}

// recordsCancelled returns the error of a cancelled context, but records all the same.
func recordsCancelled(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		return errors.Join(ctx.Err(), good.Append(context.WithoutCancel(ctx), past, c))
	}
}

// overwrites acknowledges a commit that conflicts, like a store that upserts.
func overwrites(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		err := good.Append(ctx, past, c)
		if errors.Is(err, ports.ErrConflict) {
			return nil
		}
		return err
	}
}

// recordsLosers inserts a commit that lost a race at the next version.
func recordsLosers(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		err := good.Append(ctx, past, c)
		if errors.Is(err, ports.ErrConflict) {
			now, _ := good.Load(ctx, c.OrderID)
			c.Version = now.Version() + 1
			_ = good.Append(ctx, now, c)
		}
		return err
	}
}

// forgetsIDs takes every commit for that of another sender.
func forgetsIDs(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		if now, _ := good.Load(ctx, c.OrderID); now.Version() != past.Version() {
			return ports.ErrConflict
		}
		return good.Append(ctx, past, c)
	}
}

// comparesContent takes an equal commit of another sender for the same commit.
func comparesContent(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		now, _ := good.Load(ctx, c.OrderID)
		if now.Version() >= c.Version && now.Commits[c.Version-1].Request == c.Request {
			return nil
		}
		return good.Append(ctx, past, c)
	}
}

// acknowledgesEarly records a commit a little after it has acknowledged it.
func acknowledgesEarly(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		time.AfterFunc(20*time.Millisecond, func() {
			_ = good.Append(context.WithoutCancel(ctx), past, c)
		})
		return nil
	}
}

// sharing hands out the very memory that it was given.
func sharing() ports.EventStore {
	var kept []ports.Commit
	return brokenLog{
		load: func(_ context.Context, id order.ID) (ports.Stream, error) {
			return ports.Stream{ID: id, Commits: kept}, nil
		},
		append: func(_ context.Context, _ ports.Stream, c ports.Commit) error {
			kept = append(kept, c)
			return nil
		},
	}
}
