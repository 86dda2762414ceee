package projection_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// heavy remembers the largest save.
type heavy struct {
	ports.Views[ports.OrderView]
	views, most int
}

func (h *heavy) Save(ctx context.Context, views []ports.OrderView) []error {
	size := 0
	for _, v := range views {
		size += v.Size()
	}
	h.most, h.views = max(h.most, size), h.views+len(views)
	return h.Views.Save(ctx, views)
}

// Large views are saved a few at a time, whether a batch has all commits of an order or the last.
func TestLargeViewsAreSavedAFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		save := &heavy{Views: views}
		m := savingTo(views.ReadModel(), save)
		line := order.Line{SKU: strings.Repeat("x", 512), Quantity: 1}
		for n := range 60 {
			lines := make([]order.Line, 500)
			for i := range lines {
				lines[i] = line
			}
			write(t, store, n, order.Created{UserID: "ann", Lines: lines})
		}
		stop := run(t, store, m)
		synctest.Wait()
		for n := range 60 {
			write(t, store, n, order.Confirmed{})
		}
		synctest.Wait()
		stop()
		if save.views < 120 || save.most > 6<<20 {
			t.Errorf("%d views were saved, at most %d bytes at once", save.views, save.most)
		}
		v, err := views.Order(t.Context(), id(59))
		if err != nil || v.Version != 2 {
			t.Errorf("the last one is at version %d, %v", v.Version, err)
		}
	})
}
