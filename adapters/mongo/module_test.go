package mongo_test

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/goleak"

	"orders/adapters/mongo"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/startup"
	"orders/ports"
	"orders/test/leak"
	"orders/test/mongotest"
)

type everyPort struct {
	fx.In
	ports.EventStore
	History ports.History
	ports.EventFeed
	ports.Orders
	Archive ports.Archive
	ports.Subscriptions
	Model    ports.ReadModel[ports.OrderView]
	ViewFeed ports.ViewFeed
	Durable  ports.DurableOrders
	Checks   []ports.Check `group:"checks"`
}

var allTasks = startup.Tasks{
	Appends: true, Follows: true, Projects: true, Watches: true, Subscribes: true,
}

func module(uri string, more ...fx.Option) fx.Option {
	return fx.Options(append(more,
		fx.Supply(mongo.WriteURI(uri), mongo.ReadURI(uri), slog.Default(), allTasks),
		mongo.WriteModule, mongo.ReadModule, fx.NopLogger,
	)...)
}

func TestTheModulesProvideEveryPort(t *testing.T) {
	if err := fx.ValidateApp(module("", fx.Invoke(func(everyPort) {}))); err != nil {
		t.Error(err)
	}
}

func TestAnApplicationStartsWorksAndStops(t *testing.T) {
	uri := mongotest.URI(t)
	before := goleak.IgnoreCurrent()
	var port everyPort
	app := fx.New(module(uri, fx.Populate(&port)))
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := fixture.Create(t, port, "ann")
	r, stop := fixture.Follow(t, port, "")
	r.Has(t, c)
	r.CatchesUp(t)
	fixture.WantPosition(t, port.Model.Checkpoint, "")
	wantWhole(t, port)
	done := make(chan error)
	go func() { done <- port.Await(t.Context(), c.OrderID, 1) }()
	shown := []ports.OrderView{fixture.View(c.OrderID, 1, "ann")}
	if errs := port.Model.Views.Save(t.Context(), shown); errs != nil {
		t.Error(errs)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	stop()
	go func() { done <- port.Await(t.Context(), c.OrderID, 9) }()
	time.Sleep(50 * time.Millisecond)
	if err := app.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v for who still waits, want ErrUnavailable", err)
	}
	past := ports.Stream{ID: fixture.NewID()}
	err := port.Append(t.Context(), past, fixture.Next(past, fixture.Created("ann")))
	if !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v once stopped, want ErrUnavailable", err)
	}
	leak.None(t, before)
}

func wantWhole(t *testing.T, port everyPort) {
	t.Helper()
	if n, err := port.Archive.Size(t.Context()); err != nil || n != 1 {
		t.Errorf("the archive has %d commits, %v", n, err)
	}
	if s, err := port.Open("relay"); err != nil {
		t.Error(err)
	} else {
		fixture.WantPosition(t, s.Checkpoint, "")
	}
	var names []string
	for _, check := range port.Checks {
		if names = append(names, check.Name); check.Ready(t.Context()) != nil {
			t.Errorf("%s is not ready", check.Name)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"mongodb read", "mongodb write"}) {
		t.Errorf("the checks are %v", names)
	}
	if p := port.Model; p.Views == nil || p.Checkpoint == nil || p.Generations == nil ||
		p.Parked == nil || p.Lease == nil {
		t.Errorf("the read model is not whole: %+v", p)
	}
}

func TestAnApplicationThatCannotStartLeavesNothing(t *testing.T) {
	uri := mongotest.URI(t)
	fixture.Migrated(t, uri, orders.Set)
	fixture.DropIndex(t, uri, "newest")
	before := goleak.IgnoreCurrent()
	var port everyPort
	app := fx.New(module(uri, fx.Populate(&port)))
	err := app.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "index newest on order_reads") {
		t.Errorf("error %v, want the name of the missing index", err)
	}
	_ = app.Stop(t.Context())
	leak.None(t, before)
}

// What is under way when the application stops is recorded and acknowledged.
func TestStoppingDrains(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	var port everyPort
	app := fx.New(module(uri, fx.Populate(&port)))
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	hang := mongotest.HangInserts(t, uri, journal.Collection)
	past := ports.Stream{ID: fixture.NewID()}
	c := fixture.Next(past, fixture.Created("ann"))
	answer := make(chan error)
	go func() { answer <- port.Append(t.Context(), past, c) }()
	hang.AwaitHung()
	stopped := make(chan error)
	go func() { stopped <- app.Stop(t.Context()) }()
	time.Sleep(300 * time.Millisecond) // It waits by then.
	hang.Release()
	if err := errors.Join(<-answer, <-stopped); err != nil {
		t.Error(err)
	}
	fixture.WantCommits(t, fixture.MigratedStore(t, uri, journal.GroupCommit{}), c.OrderID, c)
}
