package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo"
	"orders/test/bench/machine"
	"orders/test/bench/report"
)

// rebuildsMax is how many sizes are rebuilt: the largest ones.
const rebuildsMax = 2

func (p plan) rebuilt() []int {
	sizes := slices.Sorted(slices.Values(p.Orders))
	return sizes[max(0, len(sizes)-rebuildsMax):]
}

// rebuilds runs the service's command on each size. A service without that command is a note.
func (b *bench) rebuilds(ctx context.Context) error {
	if _, _, err := machine.Run(ctx, b.rebuilder("", "--help")); err != nil {
		b.results.Notes = append(b.results.Notes, "The service has no command "+
			"`orders projection rebuild` yet, so rebuilding was not measured.")
		return ctx.Err()
	}
	for _, n := range b.rebuilt() {
		if err := b.rebuild(ctx, n); err != nil {
			return fmt.Errorf("of %d orders: %w", n, err)
		}
	}
	return nil
}

func (b *bench) rebuilder(uri string, args ...string) machine.Program {
	return machine.Program{
		File: b.service, Dir: b.dir, Env: []string{"MONGODB_URI=" + uri, "LOG_LEVEL=warn"},
		Args: append([]string{"projection", "rebuild"}, args...),
	}
}

func (b *bench) rebuild(ctx context.Context, n int) error {
	what := fmt.Sprintf("filling the event store with %d orders", n)
	b.tell.step("%s", what)
	db, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer db.drop(ctx)
	err = db.with(ctx, func(to *mongo.Database) error {
		return filling(n).commits(ctx, to, func(done int) { b.tell.part(what, done, n) })
	})
	if err != nil {
		return err
	}
	if _, err := db.bytesOnDisk(ctx); err != nil { // Has a checkpoint behind it.
		return err
	}
	b.tell.step("rebuilding the read model of %d orders", n)
	took, memory, err := machine.Run(ctx, b.rebuilder(db.uri, "orders"))
	if err != nil {
		return err
	}
	b.noteRebuild(n, took, memory)
	return db.holds(ctx, int64(n))
}

func (b *bench) noteRebuild(n int, took time.Duration, memory int64) {
	b.results.Rebuilds = append(b.results.Rebuilds, report.Rebuild{
		Orders: n, Seconds: took.Seconds(), Memory: float64(memory) / (1 << 20),
	})
}

// holds returns an error unless a collection of views, whatever its generation, has n orders: a
// rebuild that loses some is none.
func (f *fresh) holds(ctx context.Context, n int64) error {
	names, err := f.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return err
	}
	var most int64
	for _, name := range names {
		if !strings.HasPrefix(name, "order_reads") {
			continue
		}
		views, err := f.count(ctx, name)
		if err != nil {
			return err
		}
		most = max(most, views)
	}
	if most != n {
		return fmt.Errorf("it made %d views", most)
	}
	return nil
}
