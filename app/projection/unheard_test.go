package projection_test

import (
	"context"
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
)

// Until all have heard of a new generation, somebody may save an order to the live one alone that
// was committed when the scan was past its place. It is looked for again once all have heard.
func TestARebuildMissesNothingThatWasSavedByOneWhoHadNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 2, created)
		m := views.ReadModel()
		scanned := make(chan struct{})
		m.Generations = unheard{m.Generations, func(context.Context) error {
			<-scanned
			write(t, store, 1, created, order.Confirmed{})
			write(t, store, 2, order.Confirmed{})
			return nil
		}}
		err := of(store, m).Rebuild(t.Context(), projection.Options{}, func(p projection.Progress) {
			if p.Filled && p.Orders == 1 {
				close(scanned)
			}
		})
		if err != nil {
			t.Error(err)
		}
		wantViews(t, store, views, 1, 2)
	})
}

// unheard are generations of which others hear by and by.
type unheard struct {
	ports.Generations[ports.OrderView]
	fed func(context.Context) error
}

func (u unheard) Begin(ctx context.Context) (ports.Generation[ports.OrderView], error) {
	g, err := u.Generations.Begin(ctx)
	g.AwaitFed = u.fed
	return g, err
}
