package journal_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

func TestADamagedStreamIsUnreadable(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedStore(t, uri, journal.GroupCommit{})
	commits := mongotest.Database(t, uri).Collection("order_writes")
	for name, damage := range map[string]func(ports.Commit) error{
		"a gap": func(first ports.Commit) error {
			key := string(first.OrderID) + "/000001"
			_, err := commits.DeleteOne(t.Context(), bson.M{"_id": key})
			return err
		},
		"an unknown event": func(first ports.Commit) error {
			_, err := commits.UpdateOne(t.Context(), bson.M{"orderId": first.OrderID, "version": 2},
				bson.M{"$set": bson.M{"events.0.type": "OrderEaten"}})
			return err
		},
	} {
		first := fixture.Create(t, s, "ann")
		past := ports.Stream{ID: first.OrderID, Commits: []ports.Commit{first}}
		c := fixture.Next(past, fixture.Created("ann"))
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		if err := damage(first); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load(t.Context(), first.OrderID); !errors.Is(err, ports.ErrUnreadable) {
			t.Errorf("%s: error %v, want ErrUnreadable", name, err)
		}
	}
}
