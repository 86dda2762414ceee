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

// Until AwaitFed returns, a saver that does not know the candidate may save to the live generation
// alone, an order whose place the scan has passed. The rebuild reads such orders again afterwards.
func TestARebuildMissesNothingFromASaverThatDoesNotKnowTheCandidate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 2, created)
		m := views.ReadModel()
		scanned := make(chan struct{})
		m.Generations = slowlyFed{m.Generations, func(context.Context) error {
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

// slowlyFed are generations whose candidate is fed late.
type slowlyFed struct {
	ports.Generations[ports.OrderView]
	awaitFed func(context.Context) error
}

func (u slowlyFed) Begin(ctx context.Context) (ports.Generation[ports.OrderView], error) {
	g, err := u.Generations.Begin(ctx)
	g.AwaitFed = u.awaitFed
	return g, err
}
