package readmodel_test

import (
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/internal/foreign"
	"orders/test/contract"
)

// theirs are collections of another application with the name of a generation.
var theirs = map[string]bson.D{
	"documents by ObjectId":         foreign.Documents(foreign.ObjectID),
	"documents by number":           foreign.Documents(7, 8),
	"a document of ours and theirs": foreign.Documents(foreign.OrderID, "zebra"),
	"a unique index":                foreign.Index(foreign.On("customer"), foreign.Unique),

	"a view": foreign.Collection(
		foreign.With("viewOn", "other"), foreign.With("pipeline", bson.A{})),
	"a capped one": foreign.Collection(
		foreign.With("capped", true), foreign.With("size", 4096)),
}

// A collection of another application that has the name of a generation survives rebuilds,
// switches, sweeps and the loss of the state; its number is passed over.
func TestARebuildPassesOverTheCollectionOfAnotherApplication(t *testing.T) {
	t.Parallel()
	for name, make := range theirs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, there := fixture.FreshModel(t)
			fixture.WantPosition(t, s.Checkpoint, "")
			fixture.Run(t, there, foreign.In("order_reads_2", make))
			before := describe(t, there, "order_reads_2")
			switchOver(t, s, 3)
			switchOver(t, s, 4)
			wantCollections(t, there, "order_reads_2", "order_reads_3", "order_reads_4")
			fixture.Run(t, there, foreign.In("order_reads", make))
			switchOver(t, s, 5)
			wantCollections(t, there, "order_reads", "order_reads_2", "order_reads_4",
				"order_reads_5")
			fixture.Drop(t, there.Collection("projections"))
			fixture.Drop(t, there.Collection("order_reads"))
			fixture.WantPosition(t, s.Checkpoint, "")
			switchOver(t, s, 3)
			if is := describe(t, there, "order_reads_2"); is != before {
				t.Errorf("their collection was %s and is %s", before, is)
			}
		})
	}
}

// switchOver rebuilds, and wants the generation to have a number.
func switchOver(t *testing.T, s contract.OrderModel, number int) {
	t.Helper()
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	if g.Number != number {
		t.Errorf("opened generation %d, want %d", g.Number, number)
	}
	fixture.SwitchTo(t, s, g.Number)
	fixture.Eventually(t, func() error {
		n, err := s.Generations.Status(t.Context())
		if err == nil && n.Open != 0 {
			err = fmt.Errorf("generation %d is still left", n.Open)
		}
		return err
	})
}

// describe tells one collection from another.
func describe(t *testing.T, there *driver.Database, name string) string {
	t.Helper()
	found, err := there.ListCollectionSpecifications(t.Context(), bson.M{"name": name})
	if err != nil || len(found) != 1 {
		t.Fatalf("%s is not there: %v", name, err)
	}
	return fmt.Sprintf("%s %s %x", found[0].Type, found[0].Options, found[0].UUID)
}
