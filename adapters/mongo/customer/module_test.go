package customer

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/goleak"

	"orders/adapters/mongo"
	"orders/adapters/mongo/readmodel"
	"orders/adapters/mongo/startup"
	"orders/ports"
	"orders/ports/customer"
	"orders/test/leak"
	"orders/test/mongotest"
)

type everyPort struct {
	fx.In
	customer.Summaries
	Model  ports.ReadModel[customer.Row]
	Orders ports.ReadModel[ports.OrderView]
}

var allTasks = startup.Tasks{Appends: true, Follows: true, Projects: true, Watches: true}

func module(uri string, more ...fx.Option) fx.Option {
	return fx.Options(append(more,
		fx.Supply(mongo.ReadURI(uri), slog.Default(), allTasks),
		mongo.ReadModule, Module, fx.NopLogger,
	)...)
}

func TestTheModuleProvidesEveryPort(t *testing.T) {
	if err := fx.ValidateApp(module("", fx.Invoke(func(everyPort) {}))); err != nil {
		t.Error(err)
	}
}

// Both modules share a database, and each has its own position and migrations there.
func TestTheModulesAreApart(t *testing.T) {
	uri := mongotest.URI(t)
	before := goleak.IgnoreCurrent()
	var p everyPort
	app := fx.New(module(uri, fx.Populate(&p)))
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantPosition(t, p.Model.Checkpoint, "")
	wantPosition(t, p.Orders.Checkpoint, "")
	if err := p.Model.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Error(err)
	}
	wantPosition(t, p.Model.Checkpoint, "here")
	wantPosition(t, p.Orders.Checkpoint, "")
	if errs := p.Model.Views.Save(t.Context(), []customer.Row{row("ann", 7)}); errs != nil {
		t.Error(errs)
	}
	if s, err := p.Summary(t.Context(), "ann"); err != nil || s.Orders != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if err := app.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	leak.None(t, before)
}

func TestAnApplicationThatCannotStartLeavesNothing(t *testing.T) {
	uri := mongotest.URI(t)
	migrated(t, uri)
	rows := mongotest.Database(t, uri).Collection("customer_orders")
	if _, err := rows.Indexes().DropOne(t.Context(), "of_user"); err != nil {
		t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	app := fx.New(module(uri, fx.Invoke(func(everyPort) {})))
	err := app.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "index of_user on customer_orders") {
		t.Errorf("error %v, want the name of the missing index", err)
	}
	_ = app.Stop(t.Context())
	leak.None(t, before)
}

// Rows that are gone have come nowhere, and get their index again.
func TestWithoutItsRowsAPositionIsNothing(t *testing.T) {
	uri := mongotest.URI(t)
	d := migrated(t, uri)
	c := readmodel.NewCheckpoint(readmodel.Open(d, Set))
	wantPosition(t, c, "")
	if err := c.Advance(t.Context(), "", "here"); err != nil {
		t.Error(err)
	}
	rows := mongotest.Database(t, uri).Collection("customer_orders")
	if err := rows.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Advance(t.Context(), "here", "there"); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("error %v, want ErrConflict", err)
	}
	wantPosition(t, c, "")
	indexes, err := rows.Indexes().ListSpecifications(t.Context())
	if err != nil || len(indexes) != 2 || indexes[1].Name != "of_user" {
		t.Errorf("the index was not made again: %v, %v", indexes, err)
	}
}

func wantPosition(t *testing.T, c ports.Checkpoint, want ports.Position) {
	t.Helper()
	if got, err := c.Load(t.Context()); err != nil || got != want {
		t.Errorf("position %q, %v, want %q", got, err, want)
	}
}
