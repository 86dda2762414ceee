package readmodel_test

import (
	"errors"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
)

// Somebody drops something while a generation is filled. It is not switched to, what is live is
// left alone, and the next rebuild succeeds.
func TestWhatIsDroppedUnderARebuildIsNotSwitchedTo(t *testing.T) {
	t.Parallel()
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
			s, there := fixture.FreshModel(t)
			before := fixture.View(fixture.NewID(), 1, "ann")
			after := fixture.View(fixture.NewID(), 2, "ann")
			fixture.SaveAll(t, s.Views, []ports.OrderView{before})
			fixture.WantPosition(t, s.Checkpoint, "")
			g := fixture.OpenGeneration(t, s.Generations.Begin)
			fixture.Drop(t, lost.what(there))
			if lost.save {
				fixture.SaveAll(t, s.Views, []ports.OrderView{after})
			}
			err := s.Generations.Switch(t.Context(), g.Number)
			if !errors.Is(err, ports.ErrConflict) {
				t.Errorf("error %v, want ErrConflict", err)
			}
			fixture.WantVersion(t, s, before.ID, lost.live)
			if lost.save {
				fixture.WantVersion(t, s, after.ID, 2)
			}
			fixture.WantPosition(t, s.Checkpoint, "")
			fixture.AwaitStatus(t, s, 1, 0, 0)
			fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Begin).Number)
			fixture.WantVersion(t, s, before.ID, 0)
		})
	}
}

// The live views are dropped while a generation is filled. The position is lost with them, and
// the generation may still be switched to.
func TestTheLiveViewsAreDroppedUnderARebuild(t *testing.T) {
	t.Parallel()
	s, there := fixture.FreshModel(t)
	fixture.WantPosition(t, s.Checkpoint, "")
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	end := fixture.KeepOpen(t, s, g.Number)
	fixture.WantPosition(t, s.Checkpoint, "")
	if err := s.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Fatal(err)
	}
	fixture.Drop(t, there.Collection("order_reads"))
	err := s.Checkpoint.Advance(t.Context(), "here", "there")
	if !errors.Is(err, ports.ErrConflict) {
		t.Errorf("error %v, want ErrConflict", err)
	}
	fixture.WantPosition(t, s.Checkpoint, "")
	fixture.AwaitStatus(t, s, 1, g.Number, 0)
	end()
	fixture.SwitchTo(t, s, g.Number)
	fixture.WantPosition(t, s.Checkpoint, "")
	fixture.AwaitStatus(t, s, g.Number, 0, 1)
	fixture.Drop(t, there.Collection("order_reads"))
	if _, err := s.Generations.Reopen(t.Context()); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("opened again what was dropped: %v, want ErrNotFound", err)
	}
}

// A rebuild drops generations that are of no use, and nothing else that is called like one.
func TestARebuildDropsNobodysCollections(t *testing.T) {
	s, there := fixture.FreshModel(t)
	theirs := there.Collection("order_reads_20261122")
	if _, err := theirs.InsertOne(t.Context(), bson.M{"kept": true}); err != nil {
		t.Fatal(err)
	}
	fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Begin).Number)
	if n, err := theirs.CountDocuments(t.Context(), bson.M{}); err != nil || n != 1 {
		t.Errorf("an operator's collection has %d documents, %v", n, err)
	}
}

// A rebuild is killed. Another process waits until its time has run out and begins a new one;
// when the first wakes up all the same, it can neither switch nor write into the second.
func TestARebuildThatWasKilledIsInNobodysWay(t *testing.T) {
	t.Parallel()
	s, there := fixture.FreshModel(t)
	killed, other := fixture.OpenGeneration(t, s.Generations.Begin), s.Again()
	if _, err := other.Generations.Begin(t.Context()); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("a second one is opened: %v, want ErrConflict", err)
	}
	fixture.AwaitStatus(t, other, 1, 0, 0)
	g := fixture.OpenGeneration(t, other.Generations.Begin)
	for _, err := range []error{
		s.Generations.Renew(t.Context(), killed.Number, ports.Filling{}),
		s.Generations.Switch(t.Context(), killed.Number),
		s.Generations.Switch(t.Context(), g.Number), // It was opened by somebody else.
	} {
		if !errors.Is(err, ports.ErrConflict) {
			t.Errorf("error %v, want ErrConflict", err)
		}
	}
	late := fixture.View(fixture.NewID(), 1, "ann")
	if err := errors.Join(killed.Save(t.Context(), []ports.OrderView{late})...); err != nil {
		t.Error(err)
	}
	fixture.SwitchTo(t, other, g.Number)
	fixture.WantVersion(t, other, late.ID, 0)
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
	s, there := fixture.FreshModel(t)
	fixture.WantPosition(t, s.Checkpoint, "")
	if err := s.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Fatal(err)
	}
	fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Begin).Number)
	fixture.AwaitStatus(t, s, 2, 0, 1)
	if g := fixture.OpenGeneration(t, s.Generations.Reopen); g.Number != 1 || g.From != "here" {
		t.Errorf("opened again %d from %q", g.Number, g.From)
	}
	fixture.AwaitStatus(t, s, 2, 0, 1)
	other := s.Again()
	if g := fixture.OpenGeneration(t, other.Generations.Reopen); g.Number != 1 || g.From != "here" {
		t.Errorf("opened again %d from %q", g.Number, g.From)
	}
	if err := s.Generations.Switch(t.Context(), 1); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("who was killed switches: %v, want ErrConflict", err)
	}
	fixture.SwitchTo(t, other, 1)
	fixture.AwaitStatus(t, other, 1, 0, 2)
	wantCollections(t, there, "order_reads", "order_reads_2")
	fixture.SwitchTo(t, other, fixture.OpenGeneration(t, other.Generations.Begin).Number)
	wantCollections(t, there, "order_reads", "order_reads_3")
}
