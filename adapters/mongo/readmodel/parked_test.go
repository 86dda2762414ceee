package readmodel_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/ports"
	"orders/test/mongotest"
)

// parkedDamages are what somebody made of documents in projection_parked.
var parkedDamages = map[string]bson.M{
	"text":    {"version": "two", "tries": "many", "since": "today", "reason": 7},
	"nothing": {},
	"nulls":   {"version": nil, "tries": nil, "since": nil, "reason": nil, "orderId": nil},
	"lists":   {"version": bson.A{9}, "tries": bson.A{}, "since": bson.A{}, "orderId": 5},
	"huge":    {"version": 1e300, "tries": 1e300, "reason": "\xff"},
}

// Whatever somebody made of what is parked, it is listed, counted on, and released.
func TestDamagedParkedOrdersAreListedParkedAndReleased(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	p := readmodel.NewParked(readmodel.Open(d, orders.Set))
	there := mongotest.Database(t, uri).Collection("projection_parked")
	for name, fields := range parkedDamages {
		id := fixture.NewID()
		fields["_id"] = "order_reads/" + string(id)
		if _, err := there.InsertOne(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
		want := func(n int) {
			t.Helper()
			if all, err := p.List(t.Context(), "", 10); err != nil || len(all) != n ||
				n > 0 && all[0].ID != id {
				t.Errorf("%s: %+v, %v; want %d", name, all, err, n)
			}
		}
		want(1)
		if name != "nothing" { // That one is released as it is.
			at := time.UnixMilli(1).UTC()
			park := []ports.ParkedOrder{{ID: id, Version: 3, Reason: "why", Since: at}}
			err := p.Park(t.Context(), park)
			all, failed := p.List(t.Context(), "", 10)
			park[0].Tries = 1
			if err != nil || failed != nil || len(all) != 1 || all[0] != park[0] {
				t.Errorf("%s: %+v, %v; want %+v", name, all, err, park)
			}
			if err := p.Release(t.Context(), id, 2); err != nil {
				t.Error(err)
			}
			want(1)
		}
		if err := p.Release(t.Context(), id, 3); err != nil {
			t.Error(err)
		}
		want(0)
	}
}
