package live_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/live"
	"orders/domain/order"
	"orders/ports"
	"orders/test/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// A world is a store with its read model, which shows what show is called for, and the feed of
// that.
type world struct {
	store  *memory.EventStore
	views  *memory.Views
	broker *live.Broker

	follows  atomic.Int32  // Of the feed, that go on.
	followed atomic.Int32  // In all.
	anew     atomic.Bool   // The feed has lost every position.
	endless  atomic.Bool   // The feed never says that it has caught up.
	broken   atomic.Bool   // The feed fails.
	mute     atomic.Bool   // It does not even tell where it is.
	gate     chan struct{} // Holds one while the feed shall tell nothing.
}

// within runs a test in a world where time passes as soon as nobody has anything to do.
func within(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			store: memory.NewEventStore(), views: memory.NewViews(),
			gate: make(chan struct{}, 1),
		}
		w.broker = live.New(w, w.views, slog.New(slog.DiscardHandler))
		test(t, w)
	})
}

var errBroken = errors.New("broken")

// Follow is that of the views, as long as nothing is wrong.
func (w *world) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.ViewBatch) error,
) error {
	w.follows.Add(1)
	w.followed.Add(1)
	defer w.follows.Add(-1)
	if w.mute.Load() {
		return errBroken
	}
	return w.views.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
		w.gate <- struct{}{}
		<-w.gate
		if w.broken.Load() {
			return errBroken
		}
		if w.anew.Swap(false) {
			b.Lost, b.Changes = true, nil
		}
		b.CaughtUp = b.CaughtUp && !w.endless.Load()
		return handle(ctx, b)
	})
}

func id(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d ", n)) }

// user is whose the n-th order is.
func user(n int) string { return [...]string{"ann", "bob"}[n%2] }

// commit appends a version to an order, and does not show it.
func (w *world) commit(t *testing.T, n int) {
	t.Helper()
	past, err := w.store.Load(t.Context(), id(n))
	if err != nil {
		t.Fatal(err)
	}
	c := ports.Commit{
		OrderID: id(n), Version: past.Version() + 1, At: time.Now(),
		ID: fmt.Sprint(n, past.Version()), Events: []order.Event{order.Confirmed{}},
	}
	if c.Version == 1 {
		c.Events = []order.Event{order.Created{UserID: user(n)}}
	}
	if err := w.store.Append(t.Context(), past, c); err != nil {
		t.Fatal(err)
	}
}

// show projects an order as it is.
func (w *world) show(t *testing.T, n int) {
	t.Helper()
	stream, err := w.store.Load(t.Context(), id(n))
	if err == nil {
		err = errors.Join(w.views.Save(t.Context(), []ports.OrderView{ports.ViewOf(stream)})...)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// change commits and shows.
func (w *world) change(t *testing.T, orders ...int) {
	t.Helper()
	for _, n := range orders {
		w.commit(t, n)
		w.show(t, n)
	}
}

func (w *world) watch(t *testing.T, what ports.Watch) ports.Watcher {
	t.Helper()
	watcher, err := w.broker.Watch(t.Context(), what)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watcher.Close)
	return watcher
}

// next returns the next change, with a view or not, or fails after a minute.
func next(t *testing.T, w ports.Watcher) ports.Change {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := w.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tells checks that the next change is the order at version, and returns its position.
func tells(t *testing.T, w ports.Watcher, n, version int) ports.Position {
	t.Helper()
	c := next(t, w)
	if c.View == nil || c.View.ID != id(n) || c.View.Version != version {
		t.Fatalf("told %+v, want order %d at version %d", c, n, version)
	}
	return c.Position
}

// silent checks that nothing is told for a while.
func silent(t *testing.T, w ports.Watcher) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if c, err := w.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("told %+v, %v", c.View, err)
	}
}

func ends(t *testing.T, w ports.Watcher, want error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if _, err := w.Next(ctx); err != nil {
			if !errors.Is(err, want) {
				t.Fatalf("it ended with %v, want %v", err, want)
			}
			return
		}
	}
}
