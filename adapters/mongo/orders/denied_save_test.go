package orders_test

import (
	"log/slog"
	"testing"
	"time"

	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// A view that may not be saved now is no view that can never be: it is not parked.
func TestASaveThatIsDeniedPasses(t *testing.T) {
	g := mongotest.StartGuarded(t)
	uri := g.URI("shop", mongotest.BuiltIn("readWrite", "shop"))
	views := orders.New(fixture.Migrated(t, uri, orders.Set))
	t.Cleanup(views.Close)
	g.Allow(uri, mongotest.BuiltIn("read", "shop"))
	for version := 1; version <= 2; version++ {
		view := fixture.View(fixture.NewID(), version, "ann")
		errs := views.Save(t.Context(), []ports.OrderView{view})
		if len(errs) != 1 {
			t.Fatal("it was saved")
		}
		fixture.WantUnavailable(t, errs[0])
	}
	d := fixture.Connect(t, uri)
	m := readmodel.Open(d, orders.Set)
	_, err := m.Lease().Hold(t.Context(), "ann", time.Second)
	fixture.WantUnavailable(t, err)
	err = readmodel.NewParked(m).Park(t.Context(), []ports.ParkedOrder{{ID: fixture.NewID()}})
	fixture.WantUnavailable(t, err)
	_, err = readmodel.NewCheckpoint(m).Load(t.Context())
	fixture.WantUnavailable(t, err)
	g.Allow(uri) // Nothing at all.
	_, err = contract.List(t.Context(), views, ports.Filter{}, ports.Page{Limit: 1})
	fixture.WantUnavailable(t, err)
	_, err = feed.New(d, fixture.BroadcastOf(d), slog.Default()).Now(t.Context())
	fixture.WantUnavailable(t, err)
}
