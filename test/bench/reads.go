package main

import (
	"context"
	"fmt"

	"orders/adapters/mongo/client"
	"orders/test/bench/load"
	"orders/test/bench/peers"
	"orders/test/bench/report"
)

// readConnections are those of the closed loop that reads.
const readConnections = 64

// A question is a query on a filled store.
type question struct {
	name string
	peer string
	path func(f filling, n uint64) string
}

var questions = []question{
	{report.OrderByID, report.FindOne, func(f filling, n uint64) string {
		return "/queries/orders/" + string(f.id(int(anyOf(n)%uint64(f.orders))))
	}},
	{report.ListOfUser, report.List50, func(f filling, n uint64) string {
		return "/queries/orders?userId=" + f.user(anyOf(n)%uint64(f.orders))
	}},
}

// anyOf scatters n, so that reads do not follow the order of the writes.
func anyOf(n uint64) uint64 { return (n + 1) * 0x9E3779B97F4A7C15 >> 16 }

// reads measures at each size of the store.
func (b *bench) reads(ctx context.Context) error {
	for _, n := range b.Orders {
		if err := b.readsAt(ctx, filling{orders: n}); err != nil {
			return fmt.Errorf("at %d orders: %w", n, err)
		}
	}
	return nil
}

func (b *bench) readsAt(ctx context.Context, f filling) error {
	what := fmt.Sprintf("filling the read model with %d orders", f.orders)
	b.tell.step("%s", what)
	filled, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer filled.drop(ctx)
	err = filled.with(ctx, func(db *client.Database) error {
		return f.views(ctx, db, func(done int) { b.tell.part(what, done, f.orders) })
	})
	if err != nil {
		return err
	}
	if _, err := filled.bytesOnDisk(ctx); err != nil { // Has a checkpoint behind it.
		return err
	}
	for range b.Rounds {
		for _, q := range questions {
			if err := b.readsOf(ctx, f, q, filled); err != nil {
				return err
			}
		}
	}
	return nil
}

// readsOf asks the service and then the peer. The service has an event store of its own, without
// any orders, so that there is nothing to project.
func (b *bench) readsOf(ctx context.Context, f filling, q question, filled *fresh) error {
	events, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer events.drop(ctx)
	for _, c := range []contender{
		{name: report.Ours, store: true},
		{name: q.peer, peer: peers.TwoInserts, store: true},
	} {
		b.tell.step("reads, %s at %d orders: %s", q.name, f.orders, c.name)
		uri := events.uri
		if c.peer != "" {
			uri = filled.uri
		}
		figures, err := b.measureReads(ctx, f, q, c, uri, filled.uri)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		b.noteRead(c.name, q.name, f.orders, figures)
	}
	return nil
}

func (b *bench) measureReads(
	ctx context.Context, f filling, q question, c contender, uri, readURI string,
) (report.Figures, error) {
	p, err := b.start(ctx, c, uri, readURI)
	if err != nil {
		return report.Figures{}, err
	}
	defer c.stop(p)
	return b.underLoad(ctx, p, load.Load{
		Connections: readConnections, Want: 200,
		Ask: load.Gets(func(n uint64) string { return q.path(f, n) }),
	})
}

func (b *bench) noteRead(name, question string, orders int, f report.Figures) {
	r := rowOf(&b.results.Reads,
		report.Read{Contender: name, Question: question, Orders: orders},
		func(r report.Read) bool {
			return r.Contender == name && r.Question == question && r.Orders == orders
		})
	r.Rounds = append(r.Rounds, f)
}
