package live_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// grow commits and shows the order with lines of about so many bytes.
func (w *world) grow(t *testing.T, n, bytes int) {
	t.Helper()
	stream, err := w.store.Load(t.Context(), id(n))
	if err != nil {
		t.Fatal(err)
	}
	line := order.Line{SKU: strings.Repeat("x", bytes), Quantity: 1}
	c := ports.Commit{
		OrderID: id(n), Version: stream.Version() + 1, ID: "c",
		Events: []order.Event{order.ItemsChanged{Lines: []order.Line{line}}},
	}
	if err := w.store.Append(t.Context(), stream, c); err != nil {
		t.Fatal(err)
	}
	w.show(t, n)
}

// Large views are not kept for who does not take them, and are told whole; what was told later than
// its outline is not told again, nor anything before it.
func TestLargeViewsAreReadWhenTheyAreTaken(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		w.change(t, 1)
		all, one := w.watch(t, ports.Watch{}), w.watch(t, ports.Watch{Order: id(1)})
		budgets := budget.New(1 << 20)
		ctx, account := budgets.Open(t.Context())
		for range 3 {
			w.grow(t, 1, 100_000)
			synctest.Wait()
		}
		w.grow(t, 1, 10)
		w.change(t, 2)
		for _, watcher := range []ports.Watcher{all, one} {
			c, err := watcher.Next(ctx)
			if err != nil || c.View == nil || c.View.Version != 5 {
				t.Fatalf("told %+v, %v; want the newest version, whole", c, err)
			}
		}
		c := next(t, all)
		for c.View == nil { // Where it is.
			c = next(t, all)
		}
		if c.View.ID != id(2) {
			t.Errorf("told %+v", c.View)
		}
		silent(t, one)
		w.grow(t, 1, 200_000)
		c, err := all.Next(ctx)
		if err != nil || c.View == nil || c.View.Size() < 200_000 {
			t.Fatalf("told %+v, %v", c, err)
		}
		if budgets.Used() < 4*200_000 {
			t.Errorf("%d bytes are taken for a large view", budgets.Used())
		}
		account.Close()
		budgetIsSpent(t, one)
	})
}

// budgetIsSpent wants the end of a watch whose change has no room.
func budgetIsSpent(t *testing.T, one ports.Watcher) {
	t.Helper()
	budgets := budget.New(1 << 20)
	other, _ := budgets.Open(t.Context())
	if err := budget.Take(other, 1<<19); err != nil {
		t.Fatal(err)
	}
	ctx, _ := budgets.Open(t.Context())
	if _, err := one.Next(ctx); err == nil {
		t.Error("a view was told without room for it")
	}
	ends(t, one, ports.ErrUnavailable)
}

// A change is ready if it is there, and if its view is not so large that it has to be read.
func TestTakingWhatIsReady(t *testing.T) {
	within(t, func(t *testing.T, w *world) {
		all := w.watch(t, ports.Watch{})
		w.change(t, 2)
		synctest.Wait()
		if c, isReady := all.Ready(); !isReady || c.View == nil || c.View.ID != id(2) {
			t.Errorf("ready is %+v, %v", c, isReady)
		}
		w.grow(t, 1, 200_000)
		synctest.Wait()
		if c, isReady := all.Ready(); isReady {
			t.Errorf("ready is %+v", c)
		}
		tells(t, all, 1, 1)
	})
}
