// Package mongo implements the ports on MongoDB: order_writes holds the commits, order_reads the
// views. Each job has a room of its own; this one only puts them together.
package mongo

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"go.uber.org/fx"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/ports"
)

// WriteURI names the database of the commits.
type WriteURI string

// ReadURI names the database of the views; it may be the same.
type ReadURI string

// WriteModule keeps the events, and the subscriptions to them. It needs a WriteURI, Tasks and a
// *slog.Logger. Before anything that uses it starts, it connects, migrates and tries what the tasks
// take; when the application stops, it ends what is under way.
var WriteModule = fx.Module("mongo write",
	Register(WriteSide, journal.Set),
	fx.Provide(fx.Private, openWrites, journal.NewBroadcast),
	fx.Provide(
		fx.Annotate(provideEventStore,
			fx.As(new(ports.EventStore)), fx.As(new(ports.History))),
		fx.Annotate(provideEventFeed, fx.As(new(ports.EventFeed))),
		fx.Annotate(provideArchive, fx.As(new(ports.Archive))),
		fx.Annotate(provideSubscriptions, fx.As(new(ports.Subscriptions))),
		fx.Annotate(writesCheck, fx.ResultTags(`group:"checks"`)),
	),
)

// ReadModule keeps the read model. It needs a ReadURI, Tasks and a *slog.Logger, and starts and
// stops as WriteModule does. The modules of other read models share its Reads, which migrates what
// they Register.
var ReadModule = fx.Module("mongo read",
	Register(ReadSide, orders.Set),
	fx.Provide(
		openReads,
		fx.Annotate(provideOrderViews, fx.As(fx.Self()), fx.As(new(ports.Orders))),
		provideReadModel,
		fx.Annotate(provideViewFeed, fx.As(new(ports.ViewFeed))),
		fx.Annotate(readsCheck, fx.ResultTags(`group:"checks"`)),
	),
)

// writes is the database of the commits.
type writes struct {
	*client.Database
	trials *Trials
}

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

func openWrites(
	life fx.Lifecycle, uri WriteURI, all Registered, tasks Tasks, log *slog.Logger,
) (writes, error) {
	d, trials, err := open(life, string(uri), all.Of(WriteSide), tasks, log)
	return writes{d, trials}, err
}

func openReads(
	life fx.Lifecycle, uri ReadURI, all Registered, tasks Tasks, log *slog.Logger,
) (Reads, error) {
	d, trials, err := open(life, string(uri), all.Of(ReadSide), tasks, log)
	return Reads{d, trials}, err
}

// open connects at the start of the application, before what was given the database starts.
func open(
	life fx.Lifecycle, uri string, sets []migrate.Set, tasks Tasks, log *slog.Logger,
) (*client.Database, *Trials, error) {
	d, err := client.Open(context.Background(), uri)
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
			err := start(ctx, d, trials, sets, log)
			if err != nil {
				_ = end(ctx) // Fx stops only what has started.
			}
			return err
		},
		OnStop: end,
	})
	return d, trials, nil
}

func start(
	ctx context.Context, d *client.Database, trials *Trials, sets []migrate.Set, log *slog.Logger,
) error {
	log.Info("Connecting to MongoDB", "hosts", d.Hosts())
	if err := d.Reach(ctx); err != nil {
		return err
	}
	log.Info("MongoDB connected",
		"hosts", d.Hosts(), "database", d.Name(), "collection", sets[0].Collection)
	for _, set := range sets {
		if err := trials.Prepare(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

// grouping is how appends are gathered, if that is not to be as ever.
type grouping struct {
	fx.In
	By journal.GroupCommit `optional:"true"`
}

func provideEventStore(
	life fx.Lifecycle, d writes, b *journal.Broadcast, g grouping, log *slog.Logger,
) *journal.EventStore {
	s := journal.NewEventStore(d.Database, b, g.By, log)
	s.WhenDenied(d.trials.Denied)
	life.Append(fx.StopHook(s.Close))
	return s
}

func provideEventFeed(d writes, b *journal.Broadcast, log *slog.Logger) *feed.EventFeed {
	return feed.New(d.Database, b, log)
}

func provideArchive(d writes) *journal.Archive { return journal.NewArchive(d.Database) }

func provideSubscriptions(d writes) *readmodel.Subscriptions {
	return readmodel.NewSubscriptions(d.Database)
}

func writesCheck(d writes) ports.Check {
	return ports.Check{Name: "mongodb write", Ready: d.trials.Ready}
}

func readsCheck(d Reads) ports.Check {
	return ports.Check{Name: "mongodb read", Ready: d.Trials.Ready}
}

func provideOrderViews(life fx.Lifecycle, d Reads) *orders.Views {
	v := orders.New(d.Database)
	life.Append(fx.StopHook(v.Close))
	return v
}

func provideViewFeed(v *orders.Views, log *slog.Logger) *readmodel.Feed { return v.Feed(log) }

func provideReadModel(v *orders.Views) ports.ReadModel[ports.OrderView] { return v.Model() }
