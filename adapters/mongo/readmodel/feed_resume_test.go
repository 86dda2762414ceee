package readmodel_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/app/live"
	"orders/ports"
	"orders/test/mongotest"
)

// Somebody watches; another one goes with a position, misses a change, and comes again with it at
// once.
func TestResumingAtOnce(t *testing.T) {
	t.Parallel()
	views := orders.New(fixture.Migrated(t, mongotest.URI(t), orders.Set))
	t.Cleanup(views.Close)
	o := &watched{store: memory.NewEventStore(), views: views}
	o.broker = live.New(views.Feed(slog.Default()), views, slog.Default())
	o.watch(t, "") // And stays.
	for range 5 {
		goes := o.watch(t, "")
		var at ports.Position
		for range 2 {
			at = o.tells(t, goes, o.order(t))
		}
		goes.Close()
		missed := o.order(t)
		again := o.watch(t, at)
		o.tells(t, again, missed)
		again.Close()
	}
}

// watched are orders that can be watched.
type watched struct {
	store  ports.EventStore
	views  *orders.Views
	broker *live.Broker
}

func (o *watched) watch(t *testing.T, after ports.Position) ports.Watcher {
	t.Helper()
	w, err := o.broker.Watch(t.Context(), ports.Watch{After: after})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// order makes one, and shows it.
func (o *watched) order(t *testing.T) ports.Commit {
	t.Helper()
	c := fixture.Create(t, o.store, "ann")
	v := ports.ViewOf(ports.Stream{ID: c.OrderID}.With(c))
	if err := errors.Join(o.views.Save(t.Context(), []ports.OrderView{v})...); err != nil {
		t.Fatal(err)
	}
	return c
}

// tells waits until w tells of the order of c, and returns the position that came with it.
func (o *watched) tells(t *testing.T, w ports.Watcher, c ports.Commit) ports.Position {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for {
		change, err := w.Next(ctx)
		if err != nil {
			t.Fatalf("order %s is not told: %v", c.OrderID, err)
		}
		if change.View != nil && change.View.ID == c.OrderID {
			return change.Position
		}
	}
}
