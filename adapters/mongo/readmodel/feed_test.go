package readmodel_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// shown are views and what their feed tells from its present on.
type shown struct {
	contract.OrderModel
	views *orders.Views
	tells chan ports.ViewBatch
}

// showing follows the feed of the views in the database of uri, from now until the test ends.
func showing(t *testing.T, uri string) shown {
	t.Helper()
	v := orders.New(fixture.Migrated(t, uri, orders.Set))
	s := shown{
		contract.OrderModel{ReadModel: v.Model(), Readers: v}, v, make(chan ports.ViewBatch, 1000),
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tell := func(_ context.Context, b ports.ViewBatch) error {
			select {
			case s.tells <- b:
			case <-ctx.Done(): // Nobody takes it any more.
			}
			return nil
		}
		_ = v.Feed(slog.Default()).Follow(ctx, "", tell)
	}()
	t.Cleanup(func() {
		cancel()
		fixture.Await(t, "the feed to end", func() { <-ended })
		v.Close()
	})
	s.tellsUntil(t, "its present", func(b ports.ViewBatch) bool {
		if !b.Lost {
			t.Fatalf("it begins with %+v", b)
		}
		return true
	})
	return s
}

// tellsUntil takes what is told until it is enough. A feed that has nothing to tell says so every
// 10 seconds, so it is not enough that it tells anything.
func (s shown) tellsUntil(t *testing.T, what string, enough func(ports.ViewBatch) bool) {
	t.Helper()
	for late := time.After(fixture.Patience); ; {
		select {
		case b := <-s.tells:
			if enough(b) {
				return
			}
		case <-late:
			t.Fatalf("in %v the feed does not tell %s", fixture.Patience, what)
		}
	}
}

// save tries until the views are saved, as a projection does.
func (s shown) save(t *testing.T, views ...ports.OrderView) {
	t.Helper()
	fixture.Eventually(t, func() error {
		return errors.Join(s.Views.Save(t.Context(), views)...)
	})
}

// tellsAll wants that all of these orders are told, whatever else is, and that no place is lost.
func (s shown) tellsAll(t *testing.T, ids ...order.ID) {
	t.Helper()
	left := map[order.ID]bool{}
	for _, id := range ids {
		left[id] = true
	}
	s.tellsUntil(t, "all orders", func(b ports.ViewBatch) bool {
		if b.Lost {
			t.Fatalf("it lost its place, and %d orders", len(left))
		}
		for _, c := range b.Changes {
			delete(left, c.ID)
		}
		return len(left) == 0
	})
}

// A stream that breaks is opened again where it was.
func TestAViewFeedThatBreaks(t *testing.T) {
	t.Parallel()
	uri, fail := fixture.Breakable(t)
	s := showing(t, uri)
	for _, how := range []bson.M{
		{"failCommands": bson.A{"getMore"}, "errorCode": 11600},
		{"failCommands": bson.A{"getMore", "aggregate"}, "closeConnection": true},
		{"failCommands": bson.A{"getMore"}, "errorCode": 43}, // The server has no such cursor.
	} {
		fail(3, how)
		var ids []order.ID
		for range 20 {
			ids = append(ids, fixture.NewID())
			s.save(t, fixture.View(ids[len(ids)-1], 1, "ann"))
		}
		s.tellsAll(t, ids...)
	}
}

// The server's history may end after the place, and the views may be dropped. No other test that
// makes the server fail runs beside this one, which would wait for that.
func TestAViewFeedThatIsLost(t *testing.T) {
	uri, fail := fixture.Breakable(t)
	s := showing(t, uri)
	lost := func() {
		t.Helper()
		s.tellsUntil(t, "that its place is lost", func(b ports.ViewBatch) bool {
			if !b.Lost && len(b.Changes) > 0 {
				t.Errorf("told %+v", b)
			}
			return b.Lost
		})
		id := fixture.NewID()
		s.save(t, fixture.View(id, 1, "ann"))
		s.tellsAll(t, id)
	}
	fail(1, bson.M{"failCommands": bson.A{"getMore"}, "errorCode": 286})
	lost()
	if err := mongotest.Database(t, uri).Collection("order_reads").Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	fixture.Migrated(t, uri, orders.Set)
	lost()
}

// Of a generation that became live, what was put there of late is told again, unless it is so much
// that whoever watches is better off to look anew.
func TestAViewFeedOfALargeGeneration(t *testing.T) {
	t.Parallel()
	s := showing(t, mongotest.URI(t))
	fill := func(orders int) {
		t.Helper()
		g := fixture.OpenGeneration(t, s.Generations.Begin)
		views := make([]ports.OrderView, orders)
		for i := range views {
			views[i] = fixture.View(fixture.NewID(), 1, "ann")
		}
		for some := range slices.Chunk(views, 1000) {
			err := errors.Join(g.Save(t.Context(), some)...)
			renewed := s.Generations.Renew(t.Context(), g.Number, ports.Filling{})
			if err = errors.Join(err, renewed); err != nil {
				t.Fatal(err)
			}
		}
		fixture.SwitchTo(t, s.OrderModel, g.Number)
	}
	fill(100)
	id := fixture.NewID()
	s.save(t, fixture.View(id, 1, "ann"))
	s.tellsAll(t, id)
	time.Sleep(5 * time.Second) // The generation before is not fed any more.
	fill(10_001)
	s.tellsUntil(t, "that its place is lost", func(b ports.ViewBatch) bool { return b.Lost })
	id = fixture.NewID()
	s.save(t, fixture.View(id, 1, "ann"))
	s.tellsAll(t, id)
}

// A position that is no place of this feed leads to the present.
func TestPositionsOfNoViewFeed(t *testing.T) {
	t.Parallel()
	s := showing(t, mongotest.URI(t))
	for _, from := range []ports.Position{
		".1.2", "a.b.c", "a.1", "a.1.2.3", "a.-1.2", "a.1.4294967296", "a.01.2",
	} {
		enough := errors.New("enough")
		err := s.views.Feed(slog.Default()).Follow(fixture.Patient(t), from,
			func(_ context.Context, b ports.ViewBatch) error {
				if !b.Lost || !b.CaughtUp {
					t.Errorf("from %q it tells %+v", from, b)
				}
				return enough
			})
		if !errors.Is(err, enough) {
			t.Errorf("error %v", err)
		}
	}
}
