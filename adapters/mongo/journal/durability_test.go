package journal_test

import (
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/test/mongotest"
)

func TestWritesAreDurableWhateverTheURISays(t *testing.T) {
	uri := mongotest.URI(t)
	careless := "&w=1&journal=false&readPreference=secondary&readConcernLevel=local"
	s := fixture.MigratedStore(t, uri+careless,
		journal.GroupCommit{})
	profile := fixture.Begin(t, uri)
	c := fixture.Create(t, s, "ann")
	fixture.WantCommits(t, s, c.OrderID, c)
	commands := slices.Concat(
		profile.Find(t, "insert", "order_writes"), profile.Find(t, "query", "order_writes"))
	if len(commands) != 2 {
		t.Fatalf("recorded %v", commands)
	}
	concern, _ := commands[0]["command"].(bson.M)["writeConcern"].(bson.M)
	if concern["w"] != "majority" || concern["j"] != true {
		t.Errorf("commits are written with %v", concern)
	}
	level, _ := commands[1]["command"].(bson.M)["readConcern"].(bson.M)
	if level["level"] != "majority" {
		t.Errorf("commits are read with %v", level)
	}
}
