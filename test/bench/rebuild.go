package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/test/bench/machine"
	"orders/test/bench/report"
)

// rebuildsMax is how many sizes are rebuilt: the largest ones.
const rebuildsMax = 2

// rebuilt are the stores that are rebuilt: of each size one without keys and one with them.
func (p plan) rebuilt() (all []filling) {
	sizes := slices.Sorted(slices.Values(p.Orders))
	for _, keys := range []bool{false, true} {
		for _, n := range sizes[max(0, len(sizes)-rebuildsMax):] {
			all = append(all, filling{orders: n, keys: keys})
		}
	}
	return all
}

// rebuilds runs the service's command on each size. A service without that command is a note.
func (b *bench) rebuilds(ctx context.Context) error {
	if _, _, err := machine.Run(ctx, b.rebuilder("", "--help")); err != nil {
		b.results.Notes = append(b.results.Notes, "The service has no command "+
			"`orders projection rebuild` yet, so rebuilding was not measured.")
		return ctx.Err()
	}
	for _, f := range b.rebuilt() {
		if err := b.rebuild(ctx, f); err != nil {
			return fmt.Errorf("of %d orders: %w", f.orders, err)
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

func (b *bench) rebuild(ctx context.Context, f filling) error {
	what := fmt.Sprintf("filling the event store with %d orders", f.orders)
	b.tell.step("%s", what)
	db, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer db.drop(ctx)
	err = db.with(ctx, func(to *client.Database) error {
		return f.commits(ctx, to, func(done int) { b.tell.part(what, done, f.orders) })
	})
	if err != nil {
		return err
	}
	if _, err := db.bytesOnDisk(ctx); err != nil { // Has a checkpoint behind it.
		return err
	}
	made := report.Rebuild{Orders: f.orders, Keys: f.keys}
	for round := range b.Rounds {
		if round > 0 {
			time.Sleep(leftFor)
		}
		b.tell.step("rebuilding the read model of %d orders, round %d", f.orders, round+1)
		took, memory, err := machine.Run(ctx, b.rebuilder(db.uri, "orders"))
		if err == nil {
			err = db.holds(ctx, int64(f.orders))
		}
		if err != nil {
			return err
		}
		made.Seconds = append(made.Seconds, took.Seconds())
		made.Memory = max(made.Memory, float64(memory)/(1<<20))
	}
	b.results.Rebuilds = append(b.results.Rebuilds, made)
	return nil
}

// leftFor is a little longer than views that were replaced are kept up to date beside the new ones,
// which the next rebuild would wait for.
const leftFor = 4 * time.Second

// holds returns an error unless the newest collection of views has n orders: a rebuild that loses
// some is none.
func (f *fresh) holds(ctx context.Context, n int64) error {
	names, err := f.ListCollectionNames(ctx, bson.D{{Key: "name", Value: bson.D{
		{Key: "$regex", Value: `^order_reads(_\d+)?$`},
	}}})
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("it made no views")
	}
	newest := slices.MaxFunc(names, func(a, b string) int { // Their numbers grow.
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	views, err := f.count(ctx, newest)
	if err == nil && views != n {
		err = fmt.Errorf("it made %d views", views)
	}
	return err
}
