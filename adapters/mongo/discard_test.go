package mongo_test

import (
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/test/contract"
)

// theirs are collections of another application with the name of a generation.
var theirs = map[string]bson.D{
	"documents by ObjectId":         inserted(objectID),
	"documents by number":           inserted(7, 8),
	"a document of ours and theirs": inserted(ourKey, "zebra"),
	"a view":                        made(with("viewOn", "other"), with("pipeline", bson.A{})),
	"a capped one":                  made(with("capped", true), with("size", 4096)),
	"a unique index":                indexed(on("customer"), unique),
}

// A collection of another application that has the name of a generation survives rebuilds,
// switches, sweeps and the loss of the state; its number is passed over.
func TestARebuildPassesOverTheCollectionOfAnotherApplication(t *testing.T) {
	for name, make := range theirs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, there := modelAt(t)
			load(t, s.Checkpoint, "")
			fixture.Run(t, there, intrudingAs("order_reads_2", make))
			before := describe(t, there, "order_reads_2")
			switchOver(t, s, 3)
			switchOver(t, s, 4)
			wantCollections(t, there, "order_reads_2", "order_reads_3", "order_reads_4")
			fixture.Run(t, there, intrudingAs("order_reads", make))
			switchOver(t, s, 5)
			wantCollections(t, there, "order_reads", "order_reads_2", "order_reads_4",
				"order_reads_5")
			drop(t, there.Collection("projections"))
			drop(t, there.Collection("order_reads"))
			load(t, s.Checkpoint, "")
			switchOver(t, s, 3)
			if is := describe(t, there, "order_reads_2"); is != before {
				t.Errorf("their collection was %s and is %s", before, is)
			}
		})
	}
}

// intrudingAs is a command for a collection.
func intrudingAs(name string, how bson.D) bson.D {
	return append(bson.D{{Key: how[0].Key, Value: name}}, how[1:]...)
}

// switchOver rebuilds, and wants the generation to have a number.
func switchOver(t *testing.T, s contract.OrderModel, number int) {
	t.Helper()
	g := opened(t, s.Generations.Begin)
	if g.Number != number {
		t.Errorf("opened generation %d, want %d", g.Number, number)
	}
	switchTo(t, s, g.Number)
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
