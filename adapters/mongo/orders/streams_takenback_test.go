package orders_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/app/live"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// A heldFeed tells nothing while somebody holds it.
type heldFeed struct {
	ports.ViewFeed
	hold chan struct{}
}

func (f heldFeed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.ViewBatch) error,
) error {
	return f.ViewFeed.Follow(ctx, from, func(ctx context.Context, b ports.ViewBatch) error {
		f.hold <- struct{}{}
		<-f.hold
		return handle(ctx, b)
	})
}

// streamed are two orders and the streams of them on a set of three. The second order is too large
// for queues.
type streamed struct {
	ports.ReadModel[ports.OrderView]
	orders ports.Orders
	hold   chan struct{} // Of the feed.
	broker *live.Broker
	ids    []order.ID
}

func streaming(t *testing.T, set *mongotest.ReplicaSet) streamed {
	t.Helper()
	v := fixture.ViewsAt(t, set.URI("streams"))
	feed := v.Feed(slog.Default())
	durable := orders.NewDurable(v, feed)
	t.Cleanup(durable.Close)
	held := heldFeed{feed, make(chan struct{}, 1)}
	return streamed{
		v.Model(), v, held.hold, live.New(held, durable, slog.Default()),
		[]order.ID{fixture.NewID(), fixture.NewID()},
	}
}

// views are of the orders at a version.
func (s streamed) views(version int) []ports.OrderView {
	small := fixture.View(s.ids[0], version, "ann")
	large := fixture.View(s.ids[1], version, "ann")
	for n := range 100 {
		line := order.Line{SKU: fmt.Sprint(n, strings.Repeat("x", 100)), Quantity: 1}
		line.Price.Currency = "USD"
		large.Order.Lines = append(large.Order.Lines, line)
	}
	return []ports.OrderView{small, large}
}

// save saves views durably, and tries until another primary is elected.
func (s streamed) save(t *testing.T, views ...ports.OrderView) {
	t.Helper()
	fixture.Eventually(t, func() error { return errors.Join(s.Views.Save(t.Context(), views)...) })
}

// saveProvisionally saves views that a failover may take back.
func (s streamed) saveProvisionally(t *testing.T, version int) {
	t.Helper()
	err := errors.Join(s.Provisional.Save(t.Context(), s.views(version))...)
	if err != nil {
		t.Fatal(err)
	}
}

// beginsAgain does what a projection does after a failover, and wants queries to show a version.
func (s streamed) beginsAgain(t *testing.T, version int) {
	t.Helper()
	fixture.Eventually(t, func() error {
		_, err := s.Checkpoint.Load(t.Context())
		return err
	})
	for _, id := range s.ids {
		v, err := s.orders.Order(t.Context(), id)
		if err != nil || v.Version != version {
			t.Errorf("queries show version %d, %v, want %d", v.Version, err, version)
		}
	}
}

// told is what a client of a stream was told.
type told struct {
	ports.Watcher
	what     ports.Watch
	wants    []order.ID
	versions map[order.ID]int
	at       ports.Position
}

// watch opens streams: one of all orders, from a position, and one of each.
func (s streamed) watch(t *testing.T, after ports.Position) (all []*told) {
	t.Helper()
	open := func(what ports.Watch, wants ...order.ID) {
		w, err := s.broker.Watch(t.Context(), what)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Close)
		all = append(all, &told{w, what, wants, map[order.ID]int{}, ""})
	}
	open(ports.Watch{After: after}, s.ids...)
	for _, id := range s.ids {
		open(ports.Watch{Order: id}, id)
	}
	return all
}

// take takes what is told until all that is wanted is told at a version or later. No order may go
// back.
func (l *told) take(t *testing.T, version int, more ...order.ID) {
	t.Helper()
	ctx := fixture.Patient(t)
	for _, id := range append(slices.Clone(l.wants), more...) {
		for l.versions[id] < version {
			c, err := l.Next(ctx)
			if err != nil || c.Reset {
				t.Fatalf("%+v awaits version %d and is told %+v, %v", l.what, version, c, err)
			}
			l.at = cmp.Or(c.Position, l.at)
			if c.View == nil {
				continue
			}
			if had := l.versions[c.View.ID]; c.View.Version < had {
				t.Fatalf("%+v goes back from version %d to %d", l.what, had, c.View.Version)
			}
			l.versions[c.View.ID] = c.View.Version
		}
	}
}

// lacks wants that a version, which will be taken back, was not told.
func (l *told) lacks(t *testing.T, version int) {
	t.Helper()
	for id, last := range l.versions {
		if last >= version {
			t.Errorf("%+v was told version %d of %s", l.what, last, id)
		}
	}
}

// What a failover takes back no stream has told. So nothing goes back on a stream, and who came
// meanwhile, was away, or was there all the time is told the last version.
func TestStreamsAcrossAFailover(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a set of three")
	}
	set := mongotest.Cluster(t)
	s := streaming(t, set)
	streams := s.watch(t, "")
	s.save(t, s.views(1)...)
	s.hold <- struct{}{}
	s.save(t, s.views(2)...)
	d := set.Diverge()
	s.saveProvisionally(t, 5)
	<-s.hold
	for _, l := range streams {
		l.take(t, 2)
		l.lacks(t, 5)
	}
	was := streams[0].at
	d.Depose()

	s.beginsAgain(t, 2)
	streams = append(streams, s.watch(t, "")...)
	other := fixture.View(fixture.NewID(), 3, "ann")
	s.save(t, other) // With a batch in between nobody knows any more what he read.
	streams[0].take(t, 2, other.ID)
	s.save(t, s.views(3)...)
	streams[0].take(t, 3)
	s.saveProvisionally(t, 5)
	if err := s.Provisional.MakeDurable(t.Context()); err != nil {
		t.Error(err)
	}
	away := s.watch(t, was)
	away[0].take(t, 3, other.ID)
	for _, l := range append(streams, away[0]) {
		l.take(t, 5)
	}
}
