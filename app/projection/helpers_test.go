package projection_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
)

var (
	quiet   = slog.New(slog.DiscardHandler)
	start   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	created = order.Created{UserID: "ann", Lines: []order.Line{
		{SKU: "mouse", Quantity: 1, Price: order.Money{Minor: 1, Currency: "USD"}},
	}}
)

func id(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d ", n)) }

// write appends one commit of each event to order n, creating it first.
func write(t *testing.T, store ports.EventStore, n int, events ...order.Event) {
	t.Helper()
	past, err := store.Load(t.Context(), id(n))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		version := past.Version() + 1
		c := ports.Commit{
			OrderID: id(n), Version: version, At: start.Add(time.Duration(version) * time.Second),
			ID: fmt.Sprint(n, version), Events: []order.Event{e},
		}
		if err := store.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past.Commits = append(past.Commits, c)
	}
}

// run starts a projection and returns how to stop it.
func run(t *testing.T, store contractLog, m ports.ReadModel[ports.OrderView]) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		of(store, m).Run(ctx)
	}()
	return func() {
		cancel()
		<-stopped
	}
}

// of makes the projection of orders in store to m.
func of(
	store contractLog, m ports.ReadModel[ports.OrderView],
) projection.Projection {
	definition := projection.Definition[ports.OrderView]{
		Name: "orders", With: ports.OrderView.With, Size: ports.OrderView.Size, Model: m,
	}
	source := projection.Source{Feed: store, History: store, Archive: store}
	return projection.New(definition, source, quiet)
}

type contractLog interface {
	ports.EventStore
	ports.EventFeed
	ports.Archive
}

func wantViews(t *testing.T, store ports.EventStore, views ports.Orders, orders ...int) {
	t.Helper()
	for _, n := range orders {
		s, err := store.Load(t.Context(), id(n))
		if err != nil {
			t.Fatal(err)
		}
		v, err := views.Order(t.Context(), id(n))
		if err != nil || fmt.Sprint(v) != fmt.Sprint(ports.ViewOf(s)) {
			t.Errorf("the view is %v, %v; want %v", v, err, ports.ViewOf(s))
		}
	}
}

func wantParked(t *testing.T, m ports.ReadModel[ports.OrderView], orders ...int) {
	t.Helper()
	parked, err := m.Parked.List(t.Context(), "", 10)
	if err != nil || len(parked) != len(orders) {
		t.Fatalf("parked are %v, %v; want %v", parked, err, orders)
	}
	for i, n := range orders {
		if p := parked[i]; p.ID != id(n) || p.Version == 0 || p.Reason == "" || p.Since.IsZero() {
			t.Errorf("parked is %+v, want order %d", p, n)
		}
	}
}

// unreadable cannot read order 1.
type unreadable struct{ *memory.EventStore }

func (u unreadable) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	return u.EventStore.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
		for i, c := range b.Commits {
			if c.OrderID == id(1) {
				b.Commits[i].Unreadable = ports.ErrUnreadable
			}
		}
		return handle(ctx, b)
	})
}

func (u unreadable) Read(
	ctx context.Context, want order.ID, after int, each func(ports.Commit) error,
) error {
	if want == id(1) {
		return ports.ErrUnreadable
	}
	return u.EventStore.Read(ctx, want, after, each)
}

// savingTo is m, whose views are saved to others.
func savingTo(
	m ports.ReadModel[ports.OrderView], views ports.Views[ports.OrderView],
) ports.ReadModel[ports.OrderView] {
	m.Views, m.Provisional = views, provisional{views, m.Provisional.MakeDurable}
	return m
}

type provisional struct {
	ports.Views[ports.OrderView]
	makeDurable func(context.Context) error
}

func (p provisional) MakeDurable(ctx context.Context) error { return p.makeDurable(ctx) }

// losable is a read model that the test can drop.
type losable struct {
	ports.ReadModel[ports.OrderView]
}

func (l *losable) Load(ctx context.Context) (ports.Position, error) {
	return l.Checkpoint.Load(ctx)
}

func (l *losable) Advance(ctx context.Context, from, to ports.Position) error {
	return l.Checkpoint.Advance(ctx, from, to)
}

func (l *losable) asViews() ports.Views[ports.OrderView] { return losableViews{l} }

type losableViews struct{ *losable }

func (l losableViews) Save(ctx context.Context, views []ports.OrderView) []error {
	return l.Views.Save(ctx, views)
}

func (l losableViews) Stored(
	ctx context.Context, r ports.Range,
) ([]ports.Stored[ports.OrderView], error) {
	return l.Views.Stored(ctx, r)
}

func (l losableViews) Repair(
	ctx context.Context, id order.ID, seen int, right *ports.OrderView,
) error {
	return l.Views.Repair(ctx, id, seen, right)
}

func (l losableViews) Strays(ctx context.Context, each func(ports.Stray) error) error {
	return l.Views.Strays(ctx, each)
}
