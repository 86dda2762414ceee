package readmodel_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/test/mongotest"
)

// Who may only read tells how the read model stands, also when a rebuild was left.
func TestWhoOnlyReadsTellsOfARebuildThatWasLeft(t *testing.T) {
	g := mongotest.StartGuarded(t)
	uri := g.URI("shop", mongotest.BuiltIn("readWrite", "shop"))
	generations := fixture.MigratedModel(t, uri).Generations
	if _, err := generations.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := g.Root("shop").Collection("projections").UpdateOne(t.Context(), bson.M{},
		bson.M{"$set": bson.M{"next.until": time.Now().Add(-time.Minute)}})
	if err != nil {
		t.Fatal(err)
	}
	reader := fixture.OrderModel(t, g.URI("shop", mongotest.BuiltIn("read", "shop")))
	if n, err := reader.Generations.Status(t.Context()); err != nil || n.Live != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}
