package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"orders/test/bench/load"
	"orders/test/bench/report"
)

// openConnections are those of the open loop: enough to send in time.
const openConnections = 256

// writes measures all contenders, under one load after the other, in turns.
func (b *bench) writes(ctx context.Context) error {
	for round := range b.Rounds {
		best := map[string]float64{}
		for _, connections := range append(slices.Clone(b.Connections), report.Open) {
			for _, c := range b.turns(round) {
				l := load.Load{
					Connections: connections, Ask: load.Creations(c.async), Want: 201, Lag: c.lag,
				}
				if connections == report.Open {
					l.Connections, l.Rate = openConnections, best[c.name]/2
				}
				under := report.LoadName(connections)
				b.tell.step("writes, round %d, %s: %s", round+1, under, c.name)
				figures, err := b.measureWrites(ctx, c, l)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", c.name, under, err)
				}
				best[c.name] = max(best[c.name], figures.Rate)
				b.noteWrite(c.name, connections, figures)
			}
		}
	}
	return b.spans.check(b.wanted())
}

func (b *bench) noteWrite(name string, connections int, f report.Figures) {
	w := rowOf(&b.results.Writes, report.Write{Contender: name, Connections: connections},
		func(w report.Write) bool {
			return w.Contender == name && w.Connections == connections
		})
	w.Rounds = append(w.Rounds, f)
}

func (b *bench) measureWrites(
	ctx context.Context, c contender, l load.Load,
) (f report.Figures, err error) {
	db := &fresh{}
	if c.store {
		if db, err = b.freshFor(ctx, c); err != nil {
			return f, err
		}
		defer db.drop(ctx)
	}
	p, err := b.start(ctx, c, db.uri, db.uri)
	if err != nil {
		return f, err
	}
	defer c.stop(p)
	if c.traced {
		if err := traceOne(ctx, p.address); err != nil {
			return f, err
		}
	}
	if b.scrapes(c) {
		scraping, stop := context.WithCancel(ctx)
		defer stop()
		go scrape(scraping, p.address)
	}
	if f, err = b.underLoad(ctx, p, l); err != nil || !c.store {
		return f, err
	}
	f.Disk, err = perOrder(ctx, c, db)
	return f, err
}

var errBehind = errors.New("the read model does not catch up")

const catchUpMax = time.Minute

// perOrder returns the bytes on disk per order, once all the documents of each are there.
func perOrder(ctx context.Context, c contender, db *fresh) (float64, error) {
	orders, err := db.count(ctx, "order_writes")
	if err != nil || orders == 0 {
		return 0, err
	}
	for begun := time.Now(); c.all; time.Sleep(50 * time.Millisecond) {
		views, err := db.count(ctx, "order_reads")
		rows, failed := db.count(ctx, "customer_orders")
		switch {
		case err != nil || failed != nil:
			return 0, errors.Join(err, failed)
		case views >= orders && rows >= orders:
		case time.Since(begun) > catchUpMax:
			return 0, errBehind
		default:
			continue
		}
		break
	}
	bytes, err := db.bytesOnDisk(ctx)
	return bytes / float64(orders), err
}
