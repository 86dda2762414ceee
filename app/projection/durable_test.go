package projection_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// A view that may be gone again takes no order off the list of those that are parked.
func TestAnOrderIsReleasedOnceItsViewIsDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 3, created)
		m := views.ReadModel()
		now := ports.ParkedOrder{ID: id(3), Version: 1, Reason: "no", Since: time.Now()}
		if err := m.Parked.Park(t.Context(), []ports.ParkedOrder{now}); err != nil {
			t.Fatal(err)
		}
		var durable atomic.Bool
		m.Provisional = provisional{views, func(context.Context) error {
			if durable.Load() {
				return nil
			}
			return errors.New("no majority")
		}}
		m.Views = refusing{views} // So no retry releases it.
		stop := run(t, store, m)
		time.Sleep(10 * time.Second)
		wantViews(t, store, views, 3)
		wantParked(t, m, 3)
		durable.Store(true)
		time.Sleep(time.Second)
		wantParked(t, m)
		stop()
	})
}
