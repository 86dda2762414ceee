package mongo_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// modelAt is a migrated database and a handle on its read model of orders.
func modelAt(t *testing.T) (s contract.OrderModel, there *driver.Database) {
	t.Helper()
	uri := mongotest.URI(t)
	s = migratedSubject(t, uri)
	return s, mongotest.Database(t, uri)
}

type (
	generation = ports.Generation[ports.OrderView]
	// An opening is Begin or Reopen of a read model's generations.
	opening = func(context.Context) (generation, error)
)

// opened opens a generation and waits until it is fed.
func opened(t *testing.T, open opening) generation {
	t.Helper()
	g, err := open(t.Context())
	if err == nil {
		err = g.AwaitFed(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func switchTo(t *testing.T, s contract.OrderModel, number int) {
	t.Helper()
	if err := s.Generations.Switch(t.Context(), number); err != nil {
		t.Fatal(err)
	}
}

func wantVersionOf(t *testing.T, s contract.OrderModel, id order.ID, want int) {
	t.Helper()
	v, err := s.Readers.Order(t.Context(), id)
	if errors.Is(err, ports.ErrNotFound) {
		err = nil
	}
	if err != nil || v.Version != want {
		t.Errorf("order %s is shown at version %d, %v; want %d", id, v.Version, err, want)
	}
}

// becomes waits until the numbers of the generations are these.
func becomes(t *testing.T, s contract.OrderModel, live, open, previous int) {
	t.Helper()
	fixture.Eventually(t, func() error {
		n, err := s.Generations.Status(t.Context())
		n.Position = ""
		if want := (ports.GenerationStatus{Live: live, Open: open, Previous: previous}); n != want {
			return errors.Join(err, errors.New(bsonText(n)+" is not "+bsonText(want)))
		}
		return err
	})
}

func bsonText(v any) string {
	text, _ := bson.MarshalExtJSON(v, false, false)
	return string(text)
}

// Somebody drops something while a generation is filled. It is not switched to, what is live is
// left alone, and the next rebuild succeeds.
func TestWhatIsDroppedUnderARebuildIsNotSwitchedTo(t *testing.T) {
	for name, lost := range map[string]struct {
		what func(*driver.Database) any
		save bool // Somebody saves a view before that is noticed.
		live int  // The version that is shown of the order that was there before.
	}{
		"its collection":                      {collection("order_reads_2"), false, 1},
		"its collection, and a view is saved": {collection("order_reads_2"), true, 1},
		"the state":                           {collection("projections"), false, 1},
		"the database":                        {func(d *driver.Database) any { return d }, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, there := modelAt(t)
			before, after := view(fixture.NewID(), 1, "ann"), view(fixture.NewID(), 2, "ann")
			saveAll(t, s.Views, []ports.OrderView{before})
			load(t, s.Checkpoint, "")
			g := opened(t, s.Generations.Begin)
			drop(t, lost.what(there))
			if lost.save {
				saveAll(t, s.Views, []ports.OrderView{after})
			}
			err := s.Generations.Switch(t.Context(), g.Number)
			if !errors.Is(err, ports.ErrConflict) {
				t.Errorf("error %v, want ErrConflict", err)
			}
			wantVersionOf(t, s, before.ID, lost.live)
			if lost.save {
				wantVersionOf(t, s, after.ID, 2)
			}
			load(t, s.Checkpoint, "")
			becomes(t, s, 1, 0, 0)
			switchTo(t, s, opened(t, s.Generations.Begin).Number)
			wantVersionOf(t, s, before.ID, 0)
		})
	}
}

// The live views are dropped while a generation is filled. The position is lost with them, and
// the generation may still be switched to.
func TestTheLiveViewsAreDroppedUnderARebuild(t *testing.T) {
	t.Parallel()
	s, there := modelAt(t)
	load(t, s.Checkpoint, "")
	g := opened(t, s.Generations.Begin)
	load(t, s.Checkpoint, "")
	if err := s.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Fatal(err)
	}
	drop(t, there.Collection("order_reads"))
	err := s.Checkpoint.Advance(t.Context(), "here", "there")
	if !errors.Is(err, ports.ErrConflict) {
		t.Errorf("error %v, want ErrConflict", err)
	}
	load(t, s.Checkpoint, "")
	becomes(t, s, 1, g.Number, 0)
	switchTo(t, s, g.Number)
	load(t, s.Checkpoint, "")
	becomes(t, s, g.Number, 0, 1)
	drop(t, there.Collection("order_reads"))
	if _, err := s.Generations.Reopen(t.Context()); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("opened again what was dropped: %v, want ErrNotFound", err)
	}
}

// A rebuild drops generations that are of no use, and nothing else that is called like one.
func TestARebuildDropsNobodysCollections(t *testing.T) {
	s, there := modelAt(t)
	theirs := there.Collection("order_reads_20261122")
	if _, err := theirs.InsertOne(t.Context(), bson.M{"kept": true}); err != nil {
		t.Fatal(err)
	}
	switchTo(t, s, opened(t, s.Generations.Begin).Number)
	if n, err := theirs.CountDocuments(t.Context(), bson.M{}); err != nil || n != 1 {
		t.Errorf("an operator's collection has %d documents, %v", n, err)
	}
}

// A rebuild is killed. Another process waits until its time has run out and begins a new one;
// when the first wakes up all the same, it can neither switch nor write into the second.
func TestARebuildThatWasKilledIsInNobodysWay(t *testing.T) {
	t.Parallel()
	s, there := modelAt(t)
	killed, other := opened(t, s.Generations.Begin), s.Again()
	if _, err := other.Generations.Begin(t.Context()); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("a second one is opened: %v, want ErrConflict", err)
	}
	becomes(t, other, 1, 0, 0)
	g := opened(t, other.Generations.Begin)
	for _, err := range []error{
		s.Generations.Renew(t.Context(), killed.Number),
		s.Generations.Switch(t.Context(), killed.Number),
		s.Generations.Switch(t.Context(), g.Number), // It was opened by somebody else.
	} {
		if !errors.Is(err, ports.ErrConflict) {
			t.Errorf("error %v, want ErrConflict", err)
		}
	}
	late := view(fixture.NewID(), 1, "ann")
	if err := errors.Join(killed.Save(t.Context(), []ports.OrderView{late})...); err != nil {
		t.Error(err)
	}
	switchTo(t, other, g.Number)
	wantVersionOf(t, other, late.ID, 0)
	wantCollections(t, there, "order_reads", "order_reads_3")
}

func wantCollections(t *testing.T, there *driver.Database, want ...string) {
	t.Helper()
	names, err := there.ListCollectionNames(t.Context(), bson.M{
		"name": bson.M{"$regex": `^order_reads(_\d+)?$`},
	})
	if slices.Sort(names); err != nil || !slices.Equal(names, want) {
		t.Errorf("the generations are in %v, %v; want %v", names, err, want)
	}
}

// The way back is killed, and nothing is lost: it can be gone again, by others alone.
func TestAWayBackThatWasKilledCanBeGoneAgain(t *testing.T) {
	t.Parallel()
	s, there := modelAt(t)
	load(t, s.Checkpoint, "")
	if err := s.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Fatal(err)
	}
	switchTo(t, s, opened(t, s.Generations.Begin).Number)
	becomes(t, s, 2, 0, 1)
	if g := opened(t, s.Generations.Reopen); g.Number != 1 || g.From != "here" {
		t.Errorf("opened again %d from %q", g.Number, g.From)
	}
	becomes(t, s, 2, 0, 1)
	other := s.Again()
	if g := opened(t, other.Generations.Reopen); g.Number != 1 || g.From != "here" {
		t.Errorf("opened again %d from %q", g.Number, g.From)
	}
	if err := s.Generations.Switch(t.Context(), 1); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("who was killed switches: %v, want ErrConflict", err)
	}
	switchTo(t, other, 1)
	becomes(t, other, 1, 0, 2)
	wantCollections(t, there, "order_reads", "order_reads_2")
	switchTo(t, other, opened(t, other.Generations.Begin).Number)
	wantCollections(t, there, "order_reads", "order_reads_3")
}
