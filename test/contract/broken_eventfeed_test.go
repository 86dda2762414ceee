package contract

import (
	"context"
	"strings"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

type handling = func(context.Context, ports.Batch) error

// feed breaks the following of a good log.
func feed(breakIt func(good *memory.EventStore) following) func() Log {
	return func() Log {
		good := memory.NewEventStore()
		return brokenLog{EventStore: good, follow: breakIt(good)}
	}
}

// batches lets change alter each batch before it is handled; false keeps it from the handler.
func batches(change func(n int, b *ports.Batch) bool) func() Log {
	return feed(func(good *memory.EventStore) following {
		return func(ctx context.Context, from ports.Position, handle handling) error {
			n := 0
			return good.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
				n++
				if !change(n, &b) {
					return nil
				}
				return handle(ctx, b)
			})
		}
	})
}

func TestEventFeedLawsCatch(t *testing.T) {
	catches(t, eventFeedLaws, map[string]func() Log{
		"an empty store is caught up": batches(func(_ int, b *ports.Batch) bool {
			return len(b.Commits) > 0
		}),
		"from the empty position everything is delivered as it was committed": batches(
			func(_ int, b *ports.Batch) bool {
				for i := range b.Commits {
					b.Commits[i].Events = nil
				}
				return true
			}),
		"from the empty position nothing is left out while more is committed": batches(
			func(n int, _ *ports.Batch) bool { return n != 2 }), // 1 has none.
		"what is committed after catching up is delivered, in each order's order": batches(
			reversed),
		"caught up means that all before has been delivered": feed(caughtUpTooSoon),
		"after the last commit comes a batch without any": batches(
			func(n int, b *ports.Batch) bool { return n == 1 || len(b.Commits) > 0 }),
		"from any position everything after it is delivered": feed(resumesTooLate),
		"the position of a stranger counts as the empty one": feed(strangersWait),
		"from the beginning the first batch has no Next, and only from there": batches(
			resumes),
		"a failing handler ends it with its error": feed(swallows),
		"the end of the context ends it with the context's error": feed(
			func(good *memory.EventStore) following {
				return func(ctx context.Context, from ports.Position, handle handling) error {
					_ = good.Follow(ctx, from, handle)
					return nil
				}
			}),
		"it catches up in constant traffic":                                 waitsForSilence(),
		"who receives commits cannot change the past":                       sharingFeed,
		"from now everything is delivered that is committed after the call": feed(resumesTooLate),
	})
}

func TestTwoLogsLawsCatch(t *testing.T) {
	catches(t, twoLogsLaws, map[string]func() twoLogs{
		"a position of another store of the same kind counts as the empty one": func() twoLogs {
			a, b := feed(countsAlone)(), feed(countsAlone)()
			return twoLogs{a, b}
		},
	})
}

// countsAlone makes positions of the number of commits alone, so they are valid in every store.
func countsAlone(good *memory.EventStore) following {
	return func(ctx context.Context, from ports.Position, handle handling) error {
		_, number, _ := strings.Cut(string(from), "/")
		now, err := good.Now(ctx)
		life, _, _ := strings.Cut(string(now), "/")
		if err == nil && from != "" {
			from = ports.Position(life + "/" + number)
		}
		return good.Follow(ctx, from, handle)
	}
}

// swallows goes on when the handler fails.
func swallows(good *memory.EventStore) following {
	return func(ctx context.Context, from ports.Position, handle handling) error {
		return good.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
			_ = handle(ctx, b)
			return nil
		})
	}
}

func resumes(_ int, b *ports.Batch) bool { return b.Next != "" }

func reversed(_ int, b *ports.Batch) bool {
	for i, j := 0, len(b.Commits)-1; i < j; i, j = i+1, j-1 {
		b.Commits[i], b.Commits[j] = b.Commits[j], b.Commits[i]
	}
	time.Sleep(5 * time.Millisecond) // So that several commits gather in a batch.
	return true
}

func caughtUpTooSoon(good *memory.EventStore) following {
	return func(ctx context.Context, from ports.Position, handle handling) error {
		if err := handle(ctx, ports.Batch{CaughtUp: true}); err != nil {
			return err
		}
		return good.Follow(ctx, from, handle)
	}
}

// waitsForSilence is caught up only after a while without commits, which the law does not give it,
// also where a machine stands still and nobody commits.
func waitsForSilence() func() Log {
	last := time.Now()
	return batches(func(_ int, b *ports.Batch) bool {
		if len(b.Commits) > 0 {
			last = time.Now()
		}
		b.CaughtUp = b.CaughtUp && time.Since(last) > time.Minute
		return true
	})
}

// resumesTooLate goes on one commit after the position, like a reader that saved it too soon.
func resumesTooLate(good *memory.EventStore) following {
	return func(ctx context.Context, from ports.Position, handle handling) error {
		return good.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
			if from != "" && len(b.Commits) > 0 {
				b.Commits = b.Commits[1:]
			}
			return handle(ctx, b)
		})
	}
}

func strangersWait(good *memory.EventStore) following {
	return func(ctx context.Context, from ports.Position, handle handling) error {
		if from != "" {
			<-ctx.Done()
			return ctx.Err()
		}
		return good.Follow(ctx, from, handle)
	}
}

// sharingFeed loads what it delivered, in the same memory.
func sharingFeed() Log {
	good := memory.NewEventStore()
	all := map[string]ports.Commit{}
	return brokenLog{
		EventStore: good,
		load: func(ctx context.Context, id orderID) (ports.Stream, error) {
			s, err := good.Load(ctx, id)
			for i, c := range s.Commits {
				if shared, ok := all[key(c)]; ok {
					s.Commits[i] = shared
				}
			}
			return s, err
		},
		follow: func(ctx context.Context, from ports.Position, handle handling) error {
			return good.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
				for _, c := range b.Commits {
					all[key(c)] = c
				}
				return handle(ctx, b)
			})
		},
	}
}
