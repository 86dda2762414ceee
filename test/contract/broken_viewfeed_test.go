package contract

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

type hearing = func(context.Context, ports.ViewBatch) error

// A brokenFeed follows with a function of the test.
type brokenFeed func(context.Context, ports.Position, hearing) error

func (f brokenFeed) Follow(ctx context.Context, from ports.Position, handle hearing) error {
	return f(ctx, from, handle)
}

// shows breaks the following of good views.
func shows(breakIt func(good *memory.Views) brokenFeed) func() Shown {
	return func() Shown {
		good := memory.NewViews()
		again := func() OrderModel { return OrderModel{ReadModel: good.ReadModel(), Readers: good} }
		s := Shown{again(), breakIt(good), good}
		s.Again = again
		return s
	}
}

// tells lets change alter each batch before it is handled; false keeps it from the handler.
func tells(change func(b *ports.ViewBatch) bool) func() Shown {
	return shows(func(good *memory.Views) brokenFeed {
		return func(ctx context.Context, from ports.Position, handle hearing) error {
			return good.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
				if !change(&b) {
					return nil
				}
				return handle(ctx, b)
			})
		}
	})
}

func TestViewFeedLawsCatch(t *testing.T) {
	catchesWithin(t, 5*time.Second, viewFeedLaws, map[string]func() Shown{
		"from the empty position it goes on from the present": tells(
			func(b *ports.ViewBatch) bool { return !b.Lost }),
		"what is saved is told, once queries show it":                tells(tooSoon),
		"from a position everything that was shown after it is told": shows(skipsOne),
		"the position of a stranger is lost":                         shows(trusts),
		"what is saved into an open generation alone is not told":    tells(tellsOfAll),
		"when another generation becomes live, nothing is left out":  losesPlace(),
		"what queries come to show by a switch is told, or lost":     tells(keepsOvertaking),
		"it is caught up within a second though nobody else writes":  shows(waitsForOthers),
		"a failing handler ends it with its error":                   shows(ignoresHandler),
		"the end of the context ends it with the context's error":    shows(endsWithNothing),
	}, synctest.Test)
}

func TestDurableOrdersLawsCatch(t *testing.T) {
	catchesWithin(t, 5*time.Second, durableOrdersLaws, map[string]func() Shown{
		"what the feed told is read, or something later": readsOlder,
	}, synctest.Test)
}

// readsOlder reads the first version for ever.
func readsOlder() Shown {
	s := shows(func(good *memory.Views) brokenFeed { return good.Follow })()
	s.Durable = firstVersions{s.Durable}
	return s
}

type firstVersions struct{ ports.DurableOrders }

func (f firstVersions) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	v, err := f.DurableOrders.Order(ctx, id)
	v.Version = min(v.Version, 1)
	return v, err
}

// tooSoon tells of a version that is not there.
func tooSoon(b *ports.ViewBatch) bool {
	for i := range b.Changes {
		b.Changes[i].Version++
	}
	return true
}

// skipsOne leaves out the first change after a position.
func skipsOne(good *memory.Views) brokenFeed {
	return func(ctx context.Context, from ports.Position, handle hearing) error {
		skipped := false
		return good.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
			if len(b.Changes) > 0 && !skipped {
				b.Changes, skipped = b.Changes[2:], true
			}
			return handle(ctx, b)
		})
	}
}

// trusts takes every unknown position for the present.
func trusts(good *memory.Views) brokenFeed {
	return func(ctx context.Context, from ports.Position, handle hearing) error {
		return good.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
			b.Lost = b.Lost && from == ""
			return handle(ctx, b)
		})
	}
}

// tellsOfAll tells of order 1 whenever it tells of another one, as if that were live.
func tellsOfAll(b *ports.ViewBatch) bool {
	if len(b.Changes) > 0 {
		b.Changes = append(b.Changes, ports.ViewChange{ID: id(1)})
		b.Changes[len(b.Changes)-1].Version = 1
	}
	return true
}

// losesPlace forgets where it is when a generation becomes live.
func losesPlace() func() Shown {
	var switched atomic.Bool
	return shows(func(good *memory.Views) brokenFeed {
		return func(ctx context.Context, from ports.Position, handle hearing) error {
			return good.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
				status, err := good.Status(ctx)
				if err == nil && status.Live > 1 && !switched.Swap(true) {
					b.Lost, b.Changes = true, nil
				}
				return handle(ctx, b)
			})
		}
	})
}

// keepsOvertaking does not tell what the live generation never had before a switch.
func keepsOvertaking(b *ports.ViewBatch) bool {
	for _, c := range b.Changes {
		if c.ID == id(1) && c.Version == 2 {
			b.Changes = nil
		}
	}
	return true
}

// waitsForOthers has caught up only when somebody saved something since it began.
func waitsForOthers(good *memory.Views) brokenFeed {
	return func(ctx context.Context, from ports.Position, handle hearing) error {
		caughtUp := false
		return good.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
			was := caughtUp
			caughtUp, b.CaughtUp = b.CaughtUp, b.CaughtUp && (was && len(b.Changes) > 0 || b.Lost)
			return handle(ctx, b)
		})
	}
}

// ignoresHandler goes on when its handler fails.
func ignoresHandler(good *memory.Views) brokenFeed {
	return func(ctx context.Context, from ports.Position, handle hearing) error {
		return good.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
			_ = handle(ctx, b)
			return nil
		})
	}
}

// endsWithNothing hides why it ends.
func endsWithNothing(good *memory.Views) brokenFeed {
	return func(ctx context.Context, from ports.Position, handle hearing) error {
		_ = good.Follow(ctx, from, handle)
		return nil
	}
}
