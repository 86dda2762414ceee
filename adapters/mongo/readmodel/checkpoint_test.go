package readmodel_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/ports"
	"orders/test/mongotest"
)

func TestWithoutItsViewsAPositionIsNothing(t *testing.T) {
	for _, lost := range []struct {
		name string
		what func(*driver.Database) any
		save bool // Somebody saves a view before that is noticed.
	}{
		{"the database", func(d *driver.Database) any { return d }, false},
		{"the database, and a view is saved", func(d *driver.Database) any { return d }, true},
		{"the views", collection("order_reads"), false},
		{"the views, and one is saved", collection("order_reads"), true},
		{"the position", collection("projections"), false},
	} {
		t.Run(lost.name, func(t *testing.T) {
			uri := mongotest.URI(t)
			d := fixture.Migrated(t, uri, orders.Set)
			c, v := readmodel.NewCheckpoint(readmodel.Open(d, orders.Set)), fixture.ViewsAt(t, uri)
			fixture.WantPosition(t, c, "")
			if err := c.Advance(t.Context(), "", "here"); err != nil {
				t.Fatal(err)
			}
			fixture.WantPosition(t, c, "here")
			fixture.Drop(t, lost.what(mongotest.Database(t, uri)))
			if lost.save {
				v.Save(t.Context(), []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")})
			}
			err := c.Advance(t.Context(), "here", "there")
			if !errors.Is(err, ports.ErrConflict) {
				t.Errorf("error %v, want ErrConflict", err)
			}
			fixture.WantPosition(t, c, "")
			if err := migrate.New(d, orders.Set).Up(t.Context()); err != nil {
				t.Errorf("the indexes were not made again: %v", err)
			}
			if err := c.Advance(t.Context(), "", "anew"); err != nil {
				t.Error(err)
			}
			fixture.WantPosition(t, readmodel.NewCheckpoint(readmodel.Open(d, orders.Set)), "anew")
		})
	}
}

func collection(name string) func(*driver.Database) any {
	return func(d *driver.Database) any { return d.Collection(name) }
}

func TestManyMayFindThatTheViewsAreGone(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Connect(t, uri)
	for round := range 5 {
		var runners sync.WaitGroup
		var advanced atomic.Int32
		for n := range 8 {
			runners.Go(func() {
				c := readmodel.NewCheckpoint(readmodel.Open(d, orders.Set))
				_, err := c.Load(t.Context())
				if err == nil {
					err = c.Advance(t.Context(), "", ports.Position(fmt.Sprint(n)))
				}
				switch {
				case err == nil:
					advanced.Add(1)
				case !errors.Is(err, ports.ErrConflict):
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		fixture.Await(t, "those who advance", runners.Wait)
		if n := advanced.Load(); n != 1 {
			t.Errorf("round %d: %d advanced from the empty position, want 1", round, n)
		}
		fixture.Drop(t, mongotest.Database(t, uri).Collection("order_reads"))
	}
}
