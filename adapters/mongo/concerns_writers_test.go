package mongo_test

import (
	"context"
	"errors"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
)

// commands are the steps of the write side.
func (a *tappedApp) commands() []step {
	past := ports.Stream{ID: a.id}
	follow := func(ctx context.Context) error {
		return unlessEnough(a.feed.Follow(ctx, "", func(context.Context, ports.Batch) error {
			return errEnough
		}))
	}
	return []step{
		{"append a first commit", func(ctx context.Context) error {
			return a.store.Append(ctx, past, fixture.Next(past, fixture.Created("ann")))
		}, []string{"insert order_writes durable"}},
		{"load", func(ctx context.Context) (err error) {
			past, err = a.store.Load(ctx, a.id)
			return err
		}, []string{"find order_writes majority"}},
		{"append another one", func(ctx context.Context) error {
			return a.store.Append(ctx, past, fixture.Next(past, order.Confirmed{}))
		}, []string{"insert order_writes durable"}},
		{"read", func(ctx context.Context) error {
			return a.store.Read(ctx, a.id, 0, func(ports.Commit) error { return nil })
		}, []string{"find order_writes majority"}},
		{"count the archive", func(ctx context.Context) error {
			return only(a.archive.Size(ctx))
		}, []string{"count order_writes majority"}},
		{"read the archive", func(ctx context.Context) error {
			return a.archive.Commits(ctx, ports.Range{Limit: 9},
				func(ports.Commit) error { return nil })
		}, []string{"find order_writes majority"}},
		{"follow the feed", follow, []string{
			"find order_writes majority, after a time", "aggregate order_writes majority",
		}},
	}
}

// subscriber are the steps of a relay.
func (a *tappedApp) subscriber() []step {
	found := []string{"find order_subscriptions majority"}
	moved := []string{"update order_subscriptions durable"}
	return []step{
		{"load a subscription", func(ctx context.Context) error {
			return only(a.relay.Checkpoint.Load(ctx))
		}, found},
		{"advance it", func(ctx context.Context) error {
			return a.relay.Checkpoint.Advance(ctx, "", "x")
		}, moved},
		{"hold its lease", func(ctx context.Context) error {
			return only(a.relay.Lease.Hold(ctx, "me", time.Second))
		}, moved},
		{"release it", func(ctx context.Context) error {
			return a.relay.Lease.Release(ctx, "me")
		}, moved},
		{"ask who holds it", func(ctx context.Context) error {
			return only(a.relay.Lease.Holder(ctx))
		}, found},
		{"record a failure of it", func(ctx context.Context) error {
			return a.relay.Failures.Record(ctx, ports.Failure{Reason: "x", Since: fixture.Start})
		}, moved},
		{"show the failure", func(ctx context.Context) error {
			return only(a.relay.Failures.Last(ctx))
		}, found},
		{"clear it", a.relay.Failures.Clear, moved},
		{"park an order of it", func(ctx context.Context) error {
			return a.relay.Parked.Park(ctx, []ports.ParkedOrder{{ID: a.id, Version: 1}})
		}, []string{"update order_subscription_parked durable"}},
		{"list its parked", func(ctx context.Context) error {
			return only(a.relay.Parked.List(ctx, "", 1))
		}, []string{"find order_subscription_parked majority"}},
		{"release its parked", func(ctx context.Context) error {
			return a.relay.Parked.Release(ctx, a.id, 2)
		}, []string{"delete order_subscription_parked durable"}},
	}
}

// operator are the steps of who records an act.
func (a *tappedApp) operator() []step {
	act, how := ports.Act{ID: "a", Began: fixture.Start}, ports.Outcome{At: fixture.Start}
	return []step{
		{"begin an act", func(ctx context.Context) error {
			return a.audit.Begin(ctx, act)
		}, []string{"insert orders_audit durable"}},
		{"end it", func(ctx context.Context) error {
			return a.audit.End(ctx, act, how)
		}, []string{"insert orders_audit durable"}},
		{"show the acts", func(ctx context.Context) error {
			return only(a.audit.Latest(ctx, time.Time{}, 1))
		}, []string{"find orders_audit majority"}},
	}
}

// projection are the steps of a projection that follows the feed. Its saves alone are provisional.
func (a *tappedApp) projection() []step {
	var at ports.Position
	state := []string{"update projections durable"}
	save := func(version int) func(context.Context) error {
		return func(ctx context.Context) error {
			return errors.Join(a.model.Provisional.Save(ctx, a.view(version))...)
		}
	}
	return []step{
		{"hold the lease", func(ctx context.Context) error {
			return only(a.model.Lease.Hold(ctx, "me", time.Second))
		}, []string{"update projection_leases durable"}},
		{"load the position", func(ctx context.Context) (err error) {
			at, err = a.model.Checkpoint.Load(ctx)
			return err
		}, state},
		{"save a first version provisionally", save(1), []string{"insert order_reads provisional"}},
		{"save another one provisionally", save(2), []string{"update order_reads provisional"}},
		{"make them durable", a.model.Provisional.MakeDurable, state},
		{"advance", func(ctx context.Context) error {
			return a.model.Checkpoint.Advance(ctx, at, "y")
		}, state},
		{"release the lease", func(ctx context.Context) error {
			return a.model.Lease.Release(ctx, "me")
		}, []string{"delete projection_leases durable"}},
		{"park", func(ctx context.Context) error {
			return a.model.Parked.Park(ctx, []ports.ParkedOrder{{ID: a.id, Version: 1}})
		}, []string{"update projection_parked durable"}},
		{"list the parked", func(ctx context.Context) error {
			return only(a.model.Parked.List(ctx, "", 1))
		}, []string{"find projection_parked majority"}},
		{"release the parked", func(ctx context.Context) error {
			return a.model.Parked.Release(ctx, a.id, 2)
		}, []string{"delete projection_parked durable"}},
	}
}
