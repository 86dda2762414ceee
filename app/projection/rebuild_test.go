package projection_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
)

func ignore(projection.Progress) {}

// A rebuild under way misses nothing: orders that were there, orders that come while it fills,
// and those after it. Readers see the old views until all is in the new ones.
func TestARebuildMissesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		var orders []int
		add := func(n int) {
			write(t, store, n, created, order.Confirmed{})
			orders = append(orders, n)
		}
		for n := range 2500 {
			add(n)
		}
		stop := run(t, store, views.ReadModel())
		synctest.Wait()
		var last projection.Progress
		var rebuilding sync.WaitGroup
		rebuilding.Go(func() {
			o := projection.Options{Rate: 1000, Workers: 2}
			err := of(store, views.ReadModel()).Rebuild(t.Context(), o,
				func(p projection.Progress) { last = p })
			if err != nil {
				t.Error(err)
			}
		})
		for n := range 10 {
			time.Sleep(100 * time.Millisecond)
			wantViews(t, store, views, orders...)
			add(2500 + n)
			synctest.Wait()
		}
		rebuilding.Wait()
		add(2600)
		synctest.Wait()
		wantViews(t, store, views, orders...)
		if last.Orders < 2500 || last.Size < 5000 || !last.Filled || last.Generation != 2 {
			t.Errorf("the last report is %+v", last)
		}
		wantLive(t, views.ReadModel(), 2)
		stop()
	})
}

func wantLive(t *testing.T, m ports.ReadModel[ports.OrderView], generation int) {
	t.Helper()
	n, err := m.Generations.Status(t.Context())
	if err != nil || n.Live != generation {
		t.Errorf("generations %+v, %v; want %d live", n, err, generation)
	}
}

// The rate bounds how many orders are made a second.
func TestARebuildKeepsToItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		for n := range 3000 {
			write(t, store, n, created)
		}
		began := time.Now()
		p := of(store, views.ReadModel())
		if err := p.Rebuild(t.Context(), projection.Options{Rate: 100}, ignore); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 28*time.Second || took > 35*time.Second {
			t.Errorf("3000 orders at 100 a second took %v", took)
		}
	})
}

func TestABrokenOffRebuildTouchesNothingAndCanBeRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		stop := run(t, store, views.ReadModel())
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p := of(store, views.ReadModel())
		err := p.Rebuild(ctx, projection.Options{}, ignore)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled rebuild returned %v", err)
		}
		if _, err := views.ReadModel().Generations.Begin(t.Context()); err != nil {
			t.Fatal(err) // As one does that is killed.
		}
		wantViews(t, store, views, 1)
		wantLive(t, views.ReadModel(), 1)
		if err := p.Rebuild(t.Context(), projection.Options{}, ignore); err != nil {
			t.Error(err)
		}
		wantViews(t, store, views, 1)
		stop()
	})
}

func TestOfTwoRebuildsOneIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		for n := range 100 {
			write(t, store, n, created)
		}
		p := of(store, views.ReadModel())
		var first sync.WaitGroup
		first.Go(func() {
			if err := p.Rebuild(t.Context(), projection.Options{Rate: 2}, ignore); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		err := p.Rebuild(t.Context(), projection.Options{}, ignore)
		if !errors.Is(err, projection.ErrBusy) {
			t.Errorf("the second rebuild returned %v", err)
		}
		first.Wait()
	})
}

func TestARollbackShowsWhatWasCommittedSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		write(t, store, 2, created)
		p := of(store, views.ReadModel())
		stop := run(t, store, views.ReadModel())
		synctest.Wait()
		err := p.Rollback(t.Context(), projection.Options{}, ignore)
		if !errors.Is(err, projection.ErrNoPrevious) {
			t.Errorf("a rollback to nothing returned %v", err)
		}
		if err := p.Rebuild(t.Context(), projection.Options{}, ignore); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		write(t, store, 1, order.Confirmed{})
		write(t, store, 3, created)
		synctest.Wait()
		if err := p.Rollback(t.Context(), projection.Options{}, ignore); err != nil {
			t.Fatal(err)
		}
		wantLive(t, views.ReadModel(), 1)
		wantViews(t, store, views, 1, 2, 3)
		stop()
	})
}

// A rebuild outlasts an outage of the read model, and gives up when its generation is gone.
func TestARebuildOutlastsAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		m := views.ReadModel()
		m.Generations = &shaky{Generations: m.Generations, failures: 5}
		if err := of(store, m).Rebuild(t.Context(), projection.Options{}, ignore); err != nil {
			t.Error(err)
		}
		wantViews(t, store, views, 1)
	})
}

// A rebuild loses no order that is shown and whose events can no longer be read, unless the caller
// allows it. After a rollback the order is shown as it is now, once its events can be read again.
func TestARebuildLosesNoOrderThatIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		write(t, store, 2, created)
		m := views.ReadModel()
		stop := run(t, store, m)
		synctest.Wait()
		stop()
		write(t, store, 1, order.Confirmed{})
		older := of(unreadable{store}, m)
		err := older.Rebuild(t.Context(), projection.Options{}, ignore)
		if !errors.Is(err, projection.ErrLosesOrders) {
			t.Errorf("the rebuild returned %v", err)
		}
		wantLive(t, m, 1)
		lossy := projection.Options{DropUnreadable: true}
		if err := older.Rebuild(t.Context(), lossy, ignore); err != nil {
			t.Error(err)
		}
		if _, err := views.Order(t.Context(), id(1)); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("it is shown: %v", err)
		}
		time.Sleep(time.Minute)
		if _, err := of(store, m).Retry(t.Context()); err != nil {
			t.Error(err)
		}
		wantViews(t, store, views, 1, 2)
		if err := of(store, m).Rollback(t.Context(), projection.Options{}, ignore); err != nil {
			t.Error(err)
		}
		wantViews(t, store, views, 1, 2)
	})
}

// shaky saves to its generations at the last of several attempts only.
type shaky struct {
	ports.Generations[ports.OrderView]
	failures int
}

func (s *shaky) Begin(ctx context.Context) (ports.Generation[ports.OrderView], error) {
	g, err := s.Generations.Begin(ctx)
	save := g.Save
	g.Save = func(ctx context.Context, views []ports.OrderView) []error {
		if s.failures--; s.failures >= 0 {
			errs := make([]error, len(views))
			errs[0] = ports.ErrUnavailable
			return errs
		}
		return save(ctx, views)
	}
	return g, err
}
