package mongo_test

import (
	"context"
	"errors"
	"time"

	"orders/adapters/mongo/orders"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

// queries are the steps of readers. Streams read what is durable.
func (a *tappedApp) queries() []step {
	local := []string{"find order_reads local"}
	return []step{
		{"show an order", func(ctx context.Context) error {
			return only(a.orders.Order(ctx, a.id))
		}, local},
		{"list orders", func(ctx context.Context) error {
			return a.orders.List(ctx, ports.Filter{}, ports.Page{Limit: 1},
				func(ports.OrderView) error { return nil })
		}, local},
		{"tell owners", func(ctx context.Context) error {
			return only(a.orders.Owners(ctx, []order.ID{a.id}))
		}, local},
		{"await a version", a.awaitInVain, local},
		{"add up", func(ctx context.Context) error {
			return only(a.rows.Summary(ctx, "ann"))
		}, []string{"aggregate customer_orders local"}},
		{"follow the views, of which one is saved durably", a.follow, []string{
			"aggregate order_reads majority", "update order_reads durable",
		}},
		{"read what was told", func(ctx context.Context) error {
			return only(a.durable.Order(ctx, a.id))
		}, []string{"find order_reads majority, after a time"}},
	}
}

// awaitInVain waits for a version that nobody saves, and for the end of the last poll.
func (a *tappedApp) awaitInVain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	views := orders.New(a.d)
	defer views.Close()
	_ = views.Await(ctx, a.id, 9)
	return nil
}

// follow follows the views until one is told that it saves, as a retry of a parked order does.
func (a *tappedApp) follow(ctx context.Context) error {
	isBegun := false
	return unlessEnough(a.viewFeed.Follow(ctx, "",
		func(ctx context.Context, b ports.ViewBatch) error {
			if len(b.Changes) > 0 {
				return errEnough
			}
			if isBegun {
				return nil
			}
			isBegun = true
			return errors.Join(a.model.Views.Save(ctx, a.view(3))...)
		}))
}

// verifier are the steps of verifying.
func (a *tappedApp) verifier() []step {
	return []step{
		{"verify", func(ctx context.Context) error {
			return only(a.model.Views.Stored(ctx, ports.Range{Limit: 10}))
		}, []string{"find order_reads majority"}},
		{"look for strays", func(ctx context.Context) error {
			return a.model.Views.Strays(ctx, func(ports.Stray) error { return nil })
		}, []string{"find order_reads majority"}},
		{"repair", func(ctx context.Context) error {
			return a.model.Views.Repair(ctx, a.id, 3, &a.view(4)[0])
		}, []string{"update order_reads durable"}},
	}
}

// rebuilder are the steps of a rebuild and of the way back, beside a projection.
func (a *tappedApp) rebuilder() []step {
	var g ports.Generation[ports.OrderView]
	state := "update projections durable"
	return []step{
		{"begin a rebuild", func(ctx context.Context) (err error) {
			g, err = a.model.Generations.Begin(ctx)
			return errors.Join(err, g.AwaitFed(ctx))
		}, []string{
			"create order_reads_2 durable", "drop order_reads_2 durable",
			"find order_reads_2 majority", state,
		}},
		{"fill", func(ctx context.Context) error {
			return errors.Join(g.Save(ctx, a.view(4))...)
		}, []string{"insert order_reads_2 durable"}},
		{"save for now into both", func(ctx context.Context) error {
			_, err := a.model.Checkpoint.Load(ctx)
			return errors.Join(append(a.model.Provisional.Save(ctx, a.view(5)), err)...)
		}, []string{"update order_reads provisional", "update order_reads_2 provisional", state}},
		{"renew", func(ctx context.Context) error {
			return a.model.Generations.Renew(ctx, g.Number, ports.Filling{})
		}, []string{state}},
		{"switch", func(ctx context.Context) error {
			return a.model.Generations.Switch(ctx, g.Number)
		}, []string{"createIndexes order_reads_2 ", state}},
		{"show the generations", func(ctx context.Context) error {
			return only(a.model.Generations.Status(ctx))
		}, []string{state}},
		{"roll back", func(ctx context.Context) (err error) {
			err = ports.ErrConflict // Some seconds long, savers fill the one that was left.
			for errors.Is(err, ports.ErrConflict) && clock.Sleep(ctx, time.Second/5) == nil {
				_, err = a.model.Generations.Reopen(ctx)
			}
			return err
		}, []string{state}},
	}
}
