package orders_test

import (
	"fmt"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// The few that are on hold are found without a look at the many others, by whichever time they are
// listed.
func TestTheFewOnHoldAreFoundAlone(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedModel(t, uri)
	const few = 24
	views := make([]ports.OrderView, 900)
	for i := range views {
		at := fixture.Start.Add(time.Duration(i) * time.Millisecond)
		events := []order.Event{fixture.Created(fmt.Sprint("user ", i%5))}
		if between := len(views) / few; i%between == between/2 {
			events = append(events, order.PutOnHold{Reason: "fraud"})
		}
		views[i] = ports.OrderView{
			ID: fixture.NewID(), Version: 1, CreatedAt: at, UpdatedAt: at,
			Order: order.Replay(events),
		}
	}
	fixture.SaveAll(t, s.Views, views)
	var lists []list
	for _, by := range []ports.Sort{
		{}, {OldestFirst: true}, {ByUpdate: true}, {ByUpdate: true, OldestFirst: true},
	} {
		for _, after := range []ports.Place{{}, by.Place(views[450])} {
			lists = append(lists, list{
				filter: ports.Filter{OnHold: new(true)}, by: by, after: after,
				keys: few + 1, sorts: by.ByUpdate,
			})
		}
	}
	listsAreServed(t, uri, s.Readers, "order_reads", lists)
}
