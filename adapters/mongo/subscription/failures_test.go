package subscription_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/mongotest"
)

// Whatever somebody made of a failure, it is shown as far as it can be, replaced and cleared.
func TestADamagedFailure(t *testing.T) {
	uri := mongotest.URI(t)
	s := openSubscription(t, fixture.Connect(t, uri))
	there := mongotest.Database(t, uri).Collection("order_subscriptions")
	for name, value := range map[string]any{
		"text": "why", "nothing": nil, "empty": bson.M{}, "a list": bson.A{bson.M{"since": 1}},
		"no time":   bson.M{"reason": "x", "since": "today"},
		"no reason": bson.M{"reason": 7, "since": fixture.Start},
		"no UTF-8":  bson.M{"reason": "\xff"},
	} {
		fixture.Drop(t, there)
		damaged := bson.M{"_id": "test", "failure": value}
		if _, err := there.InsertOne(t.Context(), damaged); err != nil {
			t.Fatal(err)
		}
		last, err := s.Failures.Last(t.Context())
		if name == "no time" && last.Reason != "x" || err != nil {
			t.Errorf("%s: %+v, %v", name, last, err)
		}
		want := ports.Failure{Reason: "new", Since: fixture.Start}
		if err := s.Failures.Record(t.Context(), want); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if last, err := s.Failures.Last(t.Context()); err != nil || last != want {
			t.Errorf("%s: %+v, %v", name, last, err)
		}
		if err := s.Failures.Clear(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if last, err := s.Failures.Last(t.Context()); err != nil || last != (ports.Failure{}) {
			t.Errorf("%s: %+v, %v", name, last, err)
		}
	}
}
