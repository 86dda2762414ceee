package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"orders/test/bench/load"
	"orders/test/bench/report"
)

// processConnections are spread over the command processes.
const processConnections = 64

// processes measures one and several command processes on one database, with one that projects.
func (b *bench) processes(ctx context.Context) error {
	for round := range b.Rounds {
		for _, n := range b.Processes {
			for _, async := range []bool{false, true} {
				b.tell.step("processes, round %d: %d of them, async: %t", round+1, n, async)
				f, err := b.measureProcesses(ctx, n, async)
				if err != nil {
					return fmt.Errorf("%d processes: %w", n, err)
				}
				b.noteProcesses(n, async, f)
			}
		}
	}
	return nil
}

func (b *bench) measureProcesses(
	ctx context.Context, n int, async bool,
) (f report.Figures, err error) {
	db, err := b.db.fresh(ctx)
	if err != nil {
		return f, err
	}
	defer db.drop(ctx)
	roles := append([]string{"projector"}, slices.Repeat([]string{"command"}, n)...)
	var all []running
	defer func() {
		for _, p := range all {
			p.Stop()
		}
	}()
	for _, role := range roles {
		p, err := b.serve(ctx, db, nil, "ROLES="+role)
		if err != nil {
			return f, err
		}
		all = append(all, p)
	}
	commands := all[1:]
	l := load.Load{Want: 201, Ask: load.Creations(async)}
	if _, err := shareOut(ctx, l, commands, b.warmUp()); err != nil {
		return f, err
	}
	return b.figures(all, func() (load.Result, error) {
		return shareOut(ctx, l, commands, b.long())
	})
}

// shareOut runs the load on several processes at once, each with its part of the connections, and
// puts the results together.
func shareOut(
	ctx context.Context, l load.Load, over []running, long time.Duration,
) (load.Result, error) {
	results := make([]load.Result, len(over))
	all, ctx := errgroup.WithContext(ctx)
	for i, p := range over {
		all.Go(func() (err error) {
			l := l
			l.Address = p.address
			l.Connections = processConnections*(i+1)/len(over) - processConnections*i/len(over)
			if results[i], err = l.Run(ctx, long); err != nil {
				err = fmt.Errorf("%w: %s", err, p.Said())
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return load.Result{}, err
	}
	sum := load.Result{Latency: load.NewHistogram(), Lag: load.NewHistogram()}
	for _, r := range results {
		sum.Answers += r.Answers
		sum.Took = max(sum.Took, r.Took)
		sum.Latency.Merge(r.Latency)
	}
	return sum, nil
}

func (b *bench) noteProcesses(n int, async bool, f report.Figures) {
	p := rowOf(&b.results.Processes, report.Processes{Processes: n, Async: async},
		func(p report.Processes) bool { return p.Processes == n && p.Async == async })
	p.Rounds = append(p.Rounds, f)
}
