package imported_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/imported"
	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

func TestLaws(t *testing.T) {
	contract.ImportedKeys(t, func(t *testing.T) [2]ports.ImportedKeys {
		uri := mongotest.URI(t)
		return [2]ports.ImportedKeys{
			imported.New(fixture.Connect(t, uri)), imported.New(fixture.Connect(t, uri)),
		}
	})
}

// A key that somebody has changed by hand is no key that was never imported.
func TestADamagedKeyIsUnreadable(t *testing.T) {
	uri := mongotest.URI(t)
	there := mongotest.Database(t, uri).Collection(imported.Collection)
	if _, err := there.InsertOne(t.Context(), bson.M{"_id": "k", "orderId": 7}); err != nil {
		t.Fatal(err)
	}
	got, err := imported.New(fixture.Connect(t, uri)).Find(t.Context(), "k")
	if !errors.Is(err, ports.ErrUnreadable) {
		t.Errorf("it is %+v, %v", got, err)
	}
}
