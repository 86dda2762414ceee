package readmodel_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/test/mongotest"
)

// A lease whose end is no time has ended.
func TestADamagedLeaseIsNobodys(t *testing.T) {
	uri := mongotest.URI(t)
	leases := mongotest.Database(t, uri).Collection("projection_leases")
	for name, until := range fixture.NotTimes {
		fixture.Drop(t, leases)
		_, err := leases.InsertOne(t.Context(),
			bson.M{"_id": "order_reads", "holder": "x", "until": until})
		if err != nil {
			t.Fatal(err)
		}
		l := readmodel.Open(fixture.Connect(t, uri), orders.Set).Lease()
		for _, want := range []struct {
			holder string
			holds  bool
		}{{"ann", true}, {"bob", false}, {"ann", true}} {
			held, err := l.Hold(t.Context(), want.holder, time.Minute)
			if err != nil || held != want.holds {
				t.Errorf("%s: held by %s: %t, %v", name, want.holder, held, err)
			}
		}
	}
}

// A rebuild whose time is a timestamp, which the driver reads as a time, has ended, too.
func TestADamagedTimeOfARebuildIsOver(t *testing.T) {
	s, there := fixture.FreshModel(t)
	fixture.OpenGeneration(t, s.Generations.Begin)
	_, err := there.Collection("projections").UpdateByID(t.Context(), "order_reads",
		bson.M{"$set": bson.M{"next.until": primitive.Timestamp{T: 1 << 31}}})
	if err != nil {
		t.Fatal(err)
	}
	fixture.AwaitStatus(t, s, 1, 0, 0)
}
