package live_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"

	"orders/app/live"
	"orders/domain/order"
	"orders/ports"
)

// asked counts what is asked of a read model.
type asked struct {
	ports.Orders
	views, owners atomic.Int32
	fails, hangs  atomic.Bool // It does not tell whose orders are.
}

func (a *asked) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	a.views.Add(1)
	return a.Orders.Order(ctx, id)
}

func (a *asked) Owners(ctx context.Context, ids []order.ID) (map[order.ID]string, error) {
	a.owners.Add(1)
	if a.hangs.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if a.fails.Load() || len(ids) > ports.OwnersMax {
		return nil, ports.ErrUnavailable
	}
	return a.Orders.Owners(ctx, ids)
}

// counting has a world's broker ask a read model that counts.
func (w *world) counting() *asked {
	a := &asked{Orders: w.views}
	w.broker = live.New(w, a, slog.New(slog.DiscardHandler))
	return a
}

// Who comes again reads no order of another user that changed meanwhile.
func TestComingAgainReadsNothingOfOthers(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		a := w.counting()
		before := w.at(t)
		for n := range 1001 {
			w.change(t, 2*n) // Ann's.
		}
		bob := w.watch(t, ports.Watch{After: before, UserID: "bob"})
		if c := next(t, bob); c.View != nil || c.Reset || c.Position != w.at(t) {
			t.Errorf("told %+v", c)
		}
		if views, owners := a.views.Load(), a.owners.Load(); views != 0 || owners != 2 {
			t.Errorf("read %d orders, and asked %d times whose they are", views, owners)
		}
		w.change(t, 1)
		tells(t, bob, 1, 1)
	})
}

// Who comes again is told of each own order among those of others, also if they learn together.
func TestComingAgainSkipsNoOwnOrder(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		a := w.counting()
		w.change(t, 0)
		before := w.at(t)
		for n := range 2500 {
			w.change(t, 1+n)
		}
		bob := w.watch(t, ports.Watch{After: before, UserID: "bob"})
		ann := w.watch(t, ports.Watch{After: before, UserID: "ann"})
		all := w.watch(t, ports.Watch{After: before})
		for n := range 1250 {
			atOdd, atEven := tells(t, bob, 2*n+1, 1), tells(t, ann, 2*n+2, 1)
			if isLast := n == 1249; (atOdd != "") != isLast || atEven != atOdd {
				t.Fatalf("positions %q and %q after %d", atOdd, atEven, n)
			}
			tells(t, all, 2*n+1, 1)
			tells(t, all, 2*n+2, 1)
		}
		if n := a.owners.Load(); n > 9 {
			t.Errorf("asked %d times whose orders changed", n)
		}
	})
}

// A stream that cannot learn whose orders changed ends, so that its client comes again from where
// it was; or looks anew, if it takes too long.
func TestComingAgainWhileNobodyTellsWhoseOrdersAre(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		a := w.counting()
		before := w.at(t)
		w.change(t, 1)
		a.fails.Store(true)
		bob := w.watch(t, ports.Watch{After: before, UserID: "bob"})
		ends(t, bob, ports.ErrUnavailable)
		a.fails.Store(false)
		a.hangs.Store(true)
		slow := w.watch(t, ports.Watch{After: before, UserID: "bob"})
		if c := next(t, slow); !c.Reset {
			t.Errorf("told %+v", c)
		}
		a.hangs.Store(false)
		tells(t, w.watch(t, ports.Watch{After: before, UserID: "bob"}), 1, 1)
	})
}
