package audit_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/audit"
	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

func opened(t *testing.T, uri string) *audit.Audit {
	t.Helper()
	a, err := audit.Open(t.Context(), fixture.Connect(t, uri))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLaws(t *testing.T) {
	contract.Audit(t, func(t *testing.T) contract.Audits {
		uri := mongotest.URI(t)
		return contract.Audits{opened(t, uri), opened(t, uri)}
	})
}

func rebuild(id string) ports.Act {
	return ports.Act{ID: id, Began: fixture.Start, Actor: "ann@desk", Command: "projection rebuild",
		Args: []string{"orders"}, Version: "dev"}
}

// A user with these rights alone can record and list, but not change or delete.
func TestAUserWithInsertAndFindCanOnlyAdd(t *testing.T) {
	g := mongotest.StartGuarded(t)
	uri := g.URI("shop", g.Role("shop", map[string][]string{
		audit.Collection: {"insert", "find"},
	}))
	a, act := opened(t, uri), rebuild("one")
	how := ports.Outcome{At: fixture.Start, Took: time.Second}
	if err := errors.Join(a.Begin(t.Context(), act), a.End(t.Context(), act, how)); err != nil {
		t.Fatal(err)
	}
	acts, err := a.Latest(t.Context(), time.Time{}, 5)
	if err != nil || len(acts) != 1 || acts[0].Outcome == nil {
		t.Errorf("it lists %v, %v", acts, err)
	}
	entries := fixture.Connect(t, uri).Collection(audit.Collection)
	_, updated := entries.UpdateMany(t.Context(), bson.M{}, bson.M{"$set": bson.M{"actor": "bob"}})
	_, deleted := entries.DeleteMany(t.Context(), bson.M{})
	_, replaced := entries.ReplaceOne(t.Context(), bson.M{}, bson.M{"actor": "bob"})
	for _, err := range []error{updated, deleted, replaced, entries.Drop(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "not authorized") {
			t.Errorf("the entries could be changed: %v", err)
		}
	}
}

// Nothing is ever asked of the collection but to take an entry and to show entries.
func TestEntriesAreOnlyInsertedAndFound(t *testing.T) {
	uri := mongotest.URI(t)
	asked := mongotest.Asked(t, uri, func() {
		a, act, how := opened(t, uri), rebuild("one"), ports.Outcome{At: fixture.Start}
		_, err := a.Latest(t.Context(), time.Time{}, 1)
		for range 2 { // The second time each is a conflict.
			_ = a.Begin(t.Context(), act)
			_ = a.End(t.Context(), act, how)
		}
		if err != nil {
			t.Error(err)
		}
	})
	counts := map[string]int{}
	for _, command := range asked {
		if strings.HasSuffix(command, " "+audit.Collection) {
			counts[command]++
		}
	}
	delete(counts, "listIndexes "+audit.Collection)
	want := map[string]int{"insert " + audit.Collection: 4, "find " + audit.Collection: 1}
	if !maps.Equal(counts, want) {
		t.Errorf("asked is %v, want %v", counts, want)
	}
}

func TestADenialNamesTheRight(t *testing.T) {
	g := mongotest.StartGuarded(t)
	reads := opened(t, g.URI("shop", mongotest.BuiltIn("read", "shop")))
	err := reads.Begin(t.Context(), rebuild("one"))
	if !errors.Is(err, ports.ErrDenied) || !fixture.Says(err, "insert on orders_audit", "shop") {
		t.Errorf("without insert: %v", err)
	}
	writes := opened(t, g.URI("shop",
		g.Role("shop", map[string][]string{audit.Collection: {"insert"}})))
	if err := writes.Begin(t.Context(), rebuild("one")); err != nil {
		t.Error(err)
	}
	_, err = writes.Latest(t.Context(), time.Time{}, 5)
	if !errors.Is(err, ports.ErrDenied) || !fixture.Says(err, "find on orders_audit", "shop") {
		t.Errorf("without find: %v", err)
	}
}

// A collection that would lose entries is none to keep them in.
func TestACollectionThatForgetsIsRefused(t *testing.T) {
	for name, options := range map[string]bson.D{
		"capped":    {{Key: "capped", Value: true}, {Key: "size", Value: 4096}},
		"validator": {{Key: "validator", Value: bson.M{"actor": "root"}}},
	} {
		uri := mongotest.URI(t)
		fixture.Run(t, mongotest.Database(t, uri),
			append(bson.D{{Key: "create", Value: audit.Collection}}, options...))
		_, err := audit.Open(t.Context(), fixture.Connect(t, uri))
		if err == nil || !fixture.Says(err, audit.Collection, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Somebody who changes entries by hand does not make the rest unreadable, and hides nothing.
func TestDamagedEntriesAreTold(t *testing.T) {
	uri := mongotest.URI(t)
	a, there := opened(t, uri), mongotest.Database(t, uri).Collection(audit.Collection)
	for _, id := range []string{"a", "b", "c", "d"} {
		act := rebuild(id)
		how := ports.Outcome{At: fixture.Start}
		if err := errors.Join(a.Begin(t.Context(), act), a.End(t.Context(), act, how)); err != nil {
			t.Fatal(err)
		}
	}
	key := fixture.Start.UTC().Format("20060102T150405.000Z") + "-"
	deleted, err := there.DeleteOne(t.Context(), bson.M{"_id": key + "a/begun"})
	if err != nil || deleted.DeletedCount != 1 {
		t.Fatal(deleted, err)
	}
	for id, change := range map[string]bson.M{
		"b/begun": {"actor": 7, "args": "none", "command": nil},
		"c/ended": {"error": 7, "at": "now"},
	} {
		if _, err := there.UpdateByID(t.Context(), key+id, bson.M{"$set": change}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = there.InsertMany(t.Context(), []any{bson.M{"_id": "zz"}, bson.M{"_id": 7}, bson.M{}})
	if err != nil {
		t.Fatal(err)
	}
	acts, err := a.Latest(context.Background(), time.Time{}, 9)
	if err != nil || len(acts) != 4 {
		t.Fatalf("it lists %v, %v", acts, err)
	}
	d, c, b, first := acts[0], acts[1], acts[2], acts[3]
	if d.Actor != "ann@desk" || d.Outcome.Error != "" || c.Outcome.Error == "" || b.Actor != "" ||
		first.Command != "" || first.Outcome == nil || !first.Began.Equal(fixture.Start) {
		t.Errorf("it lists %v", acts)
	}
}
