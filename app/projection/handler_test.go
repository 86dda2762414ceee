package projection_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

func TestEveryOrderIsProjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created, order.Confirmed{})
		stop := run(t, store, views.ReadModel())
		write(t, store, 2, created)
		synctest.Wait()
		wantViews(t, store, views, 1, 2)
		write(t, store, 2, order.Cancelled{Reason: "other"})
		synctest.Wait()
		wantViews(t, store, views, 1, 2)
		stop()
	})
}

func TestItGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		stop := run(t, store, views.ReadModel())
		synctest.Wait()
		stop()
		write(t, store, 2, created)
		spy := &spyViews{Views: views}
		m := savingTo(views.ReadModel(), spy)
		stop = run(t, store, m)
		synctest.Wait()
		stop()
		wantViews(t, store, views, 1, 2)
		if !slices.Equal(spy.saved, []order.ID{id(2)}) {
			t.Errorf("saved %v again, want only %v", spy.saved, id(2))
		}
	})
}

type spyViews struct {
	*memory.Views
	saved []order.ID
}

func (s *spyViews) Save(ctx context.Context, views []ports.OrderView) []error {
	for _, v := range views {
		s.saved = append(s.saved, v.ID)
	}
	return s.Views.Save(ctx, views)
}

func TestAnOutageLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		down := &outage{Views: views}
		m := savingTo(views.ReadModel(), down)
		down.on.Store(true)
		stop := run(t, store, m)
		write(t, store, 1, created)
		time.Sleep(10 * time.Second)
		down.on.Store(false)
		time.Sleep(time.Second)
		wantViews(t, store, views, 1)
		stop()
	})
}

type outage struct {
	*memory.Views
	on atomic.Bool
}

func (o *outage) Save(ctx context.Context, views []ports.OrderView) []error {
	if o.on.Load() {
		return slices.Repeat([]error{ports.ErrUnavailable}, len(views))
	}
	return o.Views.Save(ctx, views)
}

func TestWhatCannotBeReadDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created, order.Confirmed{})
		write(t, store, 2, created)
		write(t, store, 3, created)
		m := savingTo(views.ReadModel(), refusing{views})
		stop := run(t, unreadable{store}, m)
		synctest.Wait()
		wantViews(t, store, views, 2)
		for _, n := range []int{1, 3} {
			if _, err := views.Order(t.Context(), id(n)); !errors.Is(err, ports.ErrNotFound) {
				t.Errorf("order %d was projected, %v", n, err)
			}
		}
		write(t, store, 2, order.Confirmed{})
		synctest.Wait()
		wantViews(t, store, views, 2)
		wantParked(t, m, 1, 3)
		stop()
	})
}

// refusing takes no view of order 3.
type refusing struct{ *memory.Views }

func (r refusing) Save(ctx context.Context, views []ports.OrderView) []error {
	errs := make([]error, len(views))
	for i, v := range views {
		if v.ID == id(3) {
			errs[i] = errors.New("refused")
			continue
		}
		errs[i] = errors.Join(r.Views.Save(ctx, []ports.OrderView{v})...)
	}
	return errs
}

func TestTwoProjectorsDoNoHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		first, second := run(t, store, views.ReadModel()), run(t, store, views.ReadModel())
		var orders []int
		for n := range 100 {
			write(t, store, n, created, order.Confirmed{})
			orders = append(orders, n)
		}
		synctest.Wait()
		wantViews(t, store, views, orders...)
		first()
		second()
	})
}

func TestALostReadModelIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		lost := &losable{views.ReadModel()}
		m := savingTo(lost.ReadModel, lost.asViews())
		m.Checkpoint = lost
		stop := run(t, store, m)
		synctest.Wait()
		views = memory.NewViews()
		lost.ReadModel = views.ReadModel()
		write(t, store, 2, created)
		time.Sleep(time.Second)
		wantViews(t, store, views, 1, 2)
		stop()
	})
}
