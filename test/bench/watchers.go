package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"orders/test/bench/load"
	"orders/test/bench/machine"
	"orders/test/bench/report"
)

// toldMax is how long watchers may take to be told of what was created before.
const toldMax = 10 * time.Second

// watchers measures clients of the stream of all orders, while orders are created. It begins with
// none of them, which the others are compared with.
func (b *bench) watchers(ctx context.Context) error {
	for round := range b.Rounds {
		var alone report.WatchFigures
		for _, n := range slices.Concat([]int{0}, b.Watchers) {
			b.tell.step("watchers, round %d: %d of them", round+1, n)
			f, err := b.measureWatchers(ctx, n)
			if err != nil {
				return fmt.Errorf("%d watchers: %w", n, err)
			}
			if n == 0 {
				alone = f
			} else {
				more := f.Service - alone.Service
				f.PerEvent = 1e6 * more / max(f.Events, 1)
				if f.Ended == 0 { // Else there were fewer.
					f.PerWatcher = 1e3 * more / float64(n)
				}
			}
			b.noteWatch(n, f)
		}
	}
	return nil
}

func (b *bench) measureWatchers(ctx context.Context, n int) (f report.WatchFigures, err error) {
	db, err := b.db.fresh(ctx)
	if err != nil {
		return f, err
	}
	defer db.drop(ctx)
	service, err := b.serve(ctx, db, nil)
	if err != nil {
		return f, err
	}
	defer service.Stop()
	all, err := load.Watch(ctx, service.address, n)
	if err != nil {
		return f, err
	}
	defer all.Close()
	l := load.Load{
		Address: service.address, Connections: openConnections, Rate: b.Created,
		Ask: load.Creations(false), Want: 201, Answered: all.Answered,
	}
	warmed, err := l.Run(ctx, b.warmUp())
	if err == nil {
		all.Await(warmed.Answers, toldMax)
		all.Forget()
		f, err = b.watched(ctx, service, l, all)
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, service.Said())
	}
	return f, err
}

// watched measures from the first request until the last event has come.
func (b *bench) watched(
	ctx context.Context, service running, l load.Load, all *load.Watchers,
) (f report.WatchFigures, err error) {
	before := b.used(service)
	load0, _ := machine.CPU(os.Getpid())
	begun := time.Now()
	result, err := l.Run(ctx, b.long())
	if err != nil {
		return f, err
	}
	all.Await(result.Answers, toldMax)
	took := time.Since(begun).Seconds()
	used := b.used(service).since(before)
	load1, _ := machine.CPU(os.Getpid())
	lost, ended := all.Lost(result.Answers)
	lag := all.Lag()
	return report.WatchFigures{
		Rate: result.Rate(), P99: at(result.Latency, 99), Events: float64(all.Events()) / took,
		LagP50: at(lag, 50), LagP99: at(lag, 99), Ended: float64(ended), Lost: float64(lost),
		Service: used.processes.Seconds() / took, Mongod: used.mongod.Seconds() / took,
		Load: (load1 - load0).Seconds() / took,
	}, nil
}

func (b *bench) noteWatch(n int, f report.WatchFigures) {
	w := rowOf(&b.results.Watches, report.Watch{Watchers: n},
		func(w report.Watch) bool { return w.Watchers == n })
	w.Rounds = append(w.Rounds, f)
}
