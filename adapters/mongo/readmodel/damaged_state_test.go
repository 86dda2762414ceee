package readmodel_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/startup"
	"orders/test/mongotest"
)

// stateDamages are what somebody made of a state.
var stateDamages = map[string]bson.M{
	"a number of text":      {"live.number": "one"},
	"an epoch of text":      {"epoch": "x"},
	"no epoch":              {"epoch": nil},
	"live text":             {"live": "order_reads"},
	"nothing live":          {"live": nil},
	"a negative number":     {"live.number": -1},
	"a half":                {"live.number": 1.5},
	"a uuid of a number":    {"live.uuid": 7},
	"a last one before":     {"last": 0},
	"a last one of all":     {"last": int64(1) << 62},
	"a position of nothing": {"position": bson.A{1}},
	"a next one of text":    {"next": "2"},
	"a previous one later":  {"previous": bson.M{"number": 9, "uuid": ""}},
}

// A damaged state is told in one sentence that names it and the remedy, at the start, by tools,
// and by readiness; once it is deleted, all is well.
func TestADamagedStateIsToldByName(t *testing.T) {
	t.Parallel()
	uri := mongotest.URI(t)
	states := mongotest.Database(t, uri).Collection("projections")
	wantTold := func(name string, err error) {
		t.Helper()
		if err == nil || !fixture.Says(err, "order_reads", "projections", states.Database().Name(),
			"delete it", "orders projection rebuild") {
			t.Errorf("%s: %v, want a sentence that names the document", name, err)
		}
	}
	s, d := fixture.MigratedModel(t, uri), fixture.Connect(t, uri)
	trials := startup.NewTrials(d, startup.Tasks{})
	t.Cleanup(trials.Close)
	if err := trials.Prepare(t.Context(), orders.Set); err != nil {
		t.Fatal(err)
	}
	for name, damage := range stateDamages {
		fixture.WantPosition(t, s.Checkpoint, "")
		change(t, states, damage)
		wantTold(name, fixture.Prepare(t.Context(), fixture.Connect(t, uri), orders.Set))
		_, err := s.Generations.Status(t.Context())
		wantTold(name, err)
		_, err = s.Generations.Begin(t.Context())
		wantTold(name, err)
		if name == "live text" {
			fixture.Eventually(t, func() error {
				if err = trials.Ready(t.Context()); err == nil {
					return errors.New("it is ready")
				}
				return nil
			})
			wantTold(name, err)
		}
		fixture.Drop(t, states)
	}
	fixture.WantPosition(t, s.Checkpoint, "")
	fixture.Eventually(t, func() error { return trials.Ready(t.Context()) })
}

// change changes the state of the orders.
func change(t *testing.T, states *driver.Collection, fields bson.M) {
	t.Helper()
	done, err := states.UpdateByID(t.Context(), "order_reads", bson.M{"$set": fields})
	if err != nil || done.ModifiedCount != 1 {
		t.Fatalf("%v: %+v, %v", fields, done, err)
	}
}
