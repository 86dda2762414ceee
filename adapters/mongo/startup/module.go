// Package startup is what happens to a database before it is used, and while somebody asks whether
// it is ready: it is migrated, and what the process does with it is tried.
package startup

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"go.mongodb.org/mongo-driver/event"
	"go.uber.org/fx"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
)

// A Side is one of the two databases, which may be the same.
type Side string

// The sides there are.
const (
	WriteSide Side = "write"
	ReadSide  Side = "read"
)

// A Registration says on which side a collection is, and how it is migrated.
type Registration struct {
	Side Side
	Set  migrate.Set
}

// Register makes the application migrate a set at its start, and `migrate` when it is told to.
func Register(on Side, set migrate.Set) fx.Option {
	return fx.Supply(fx.Annotate(Registration{on, set}, fx.ResultTags(`group:"migrations"`)))
}

// Registered are the sets of all modules of the application.
type Registered struct {
	fx.In
	All []Registration `group:"migrations"`
}

// Of returns the sets of a side: that of the orders first, and then by name.
func (r Registered) Of(side Side) (sets []migrate.Set) {
	for _, each := range r.All {
		if each.Side == side {
			sets = append(sets, each.Set)
		}
	}
	slices.SortFunc(sets, func(a, b migrate.Set) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Collection, b.Collection))
	})
	return sets
}

func rank(s migrate.Set) int {
	if s.Collection == journal.Collection || s.Collection == orders.ViewsName {
		return 0
	}
	return 1
}

// Open connects at the start of the application, before what was given the database starts.
func Open(
	life fx.Lifecycle, uri string, sets []migrate.Set, tasks Tasks, commands *event.CommandMonitor,
	log *slog.Logger,
) (*client.Database, *Trials, error) {
	d, err := client.Open(context.Background(), uri, commands)
	if err != nil {
		return nil, nil, err
	}
	d.LogTo(log)
	trials := NewTrials(d, tasks)
	end := func(ctx context.Context) error {
		trials.Close()
		return d.Close(ctx)
	}
	life.Append(fx.Hook{
		OnStart: func(ctx context.Context) error {
			err := begin(ctx, d, trials, sets, log)
			if err != nil {
				_ = end(ctx) // Fx stops only what has started.
			}
			return err
		},
		OnStop: end,
	})
	return d, trials, nil
}

func begin(
	ctx context.Context, d *client.Database, trials *Trials, sets []migrate.Set, log *slog.Logger,
) error {
	log.Info("Connecting to MongoDB", "hosts", d.Hosts())
	if err := d.Reach(ctx); err != nil {
		return err
	}
	log.Info("MongoDB connected",
		"hosts", d.Hosts(), "database", d.Name(), "collection", sets[0].Collection)
	if sets[0].Collection == journal.Collection || !trials.tasks.OneServer {
		d.LogOutages()
	}
	for _, set := range sets {
		if err := trials.Prepare(ctx, set); err != nil {
			return err
		}
	}
	return nil
}
