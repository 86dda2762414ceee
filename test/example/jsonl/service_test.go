package jsonl_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
	"orders/test/example/jsonl"
)

// A shop is what service makes of a store: commands go to it, and a projection shows in memory
// what it records.
type shop struct {
	fx.In
	Commands *command.Handler
	Orders   ports.Orders
}

// openShop runs a shop on the file of that path until stop is called.
func openShop(t *testing.T, path string) (s shop, stop func()) {
	t.Helper()
	app := fxtest.New(t, jsonl.Module(path), memory.ReadModule,
		fx.Supply(slog.New(slog.DiscardHandler), command.Clock(time.Now), budget.New(1<<30)),
		fx.Provide(command.NewHandler, newOrders),
		fx.Invoke(project, func(made shop) { s = made }),
	)
	app.RequireStart()
	return s, func() { app.RequireStop() }
}

func newOrders(
	m ports.ReadModel[ports.OrderView], f ports.EventFeed, h ports.History, a ports.Archive,
	log *slog.Logger,
) projection.Projection {
	return projection.New(projection.Definition[ports.OrderView]{
		Name: "orders", With: ports.OrderView.With, Size: ports.OrderView.Size, Model: m,
	}, projection.Source{Feed: f, History: h, Archive: a}, log)
}

// project runs p while the application runs.
func project(life fx.Lifecycle, p projection.Projection) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	life.Append(fx.StartStopHook(
		func() { running.Go(func() { p.Run(ctx) }) },
		func() {
			cancel()
			running.Wait()
		},
	))
}

func (s shop) do(t *testing.T, r command.Request) command.Result {
	t.Helper()
	result, err := s.Commands.Handle(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// wantShown waits until queries show the order at a version.
func (s shop) wantShown(t *testing.T, id order.ID, version int, status order.Status) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := s.Orders.Await(ctx, id, version)
	if err != nil {
		t.Fatal(err)
	}
	view, err := s.Orders.Order(ctx, id)
	if err != nil || view.Version != version || view.Order.Status != status {
		t.Errorf("version %d, %s, %v; want %d, %s",
			view.Version, view.Order.Status, err, version, status)
	}
}

func asked(id order.ID, key string, c order.Command) command.Request {
	return command.Request{Caller: access.Everyone(), OrderID: id, Key: key, Command: c}
}

func TestAShopRunsOnIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	shop, stop := openShop(t, path)
	two, _ := order.ParseDecimal("2")
	create := asked("", "first", order.Create{
		UserID: "ann", Currency: "USD",
		Items: []order.Item{{SKU: "mouse", Quantity: two, Price: two}},
	})
	id := shop.do(t, create).ID
	confirm := asked(id, "second", order.Confirm{})
	shop.do(t, confirm)
	shop.wantShown(t, id, 2, order.StatusConfirmed)
	stop()

	shop, stop = openShop(t, path)
	defer stop()
	shop.wantShown(t, id, 2, order.StatusConfirmed)
	if again := shop.do(t, create); again.ID != id { // Its key has lasted, too.
		t.Errorf("order %s was made again as %s", id, again.ID)
	}
	shop.do(t, asked(id, "", order.Cancel{Reason: "other"}))
	shop.wantShown(t, id, 3, order.StatusCancelled)
}
