// Package mongo implements the ports on MongoDB: order_writes holds the commits, order_reads the
// views. Each job has a room of its own; this one only puts them together.
package mongo

import (
	"context"
	"log/slog"

	"go.uber.org/fx"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/imported"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/presence"
	"orders/adapters/mongo/readmodel"
	"orders/adapters/mongo/startup"
	"orders/adapters/mongo/subscription"
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
	startup.Register(startup.WriteSide, journal.Set),
	fx.Provide(fx.Private, openWrites, journal.NewBroadcast),
	fx.Provide(
		fx.Annotate(provideEventStore,
			fx.As(new(ports.EventStore)), fx.As(new(ports.History))),
		fx.Annotate(provideEventFeed, fx.As(new(ports.EventFeed)), fx.As(new(ports.Timeline))),
		fx.Annotate(provideArchive, fx.As(new(ports.Archive))),
		fx.Annotate(provideSubscriptions, fx.As(new(ports.Subscriptions))),
		fx.Annotate(providePresence, fx.As(new(ports.Presence))),
		fx.Annotate(provideImportedKeys, fx.As(new(ports.ImportedKeys))),
		fx.Annotate(writesCheck, fx.ResultTags(`group:"checks"`)),
	),
)

// ReadModule keeps the read model. It needs a ReadURI, Tasks and a *slog.Logger, and starts and
// stops as WriteModule does. The modules of other read models share its Reads, which migrates what
// they Register.
var ReadModule = fx.Module("mongo read",
	startup.Register(startup.ReadSide, orders.Set),
	fx.Provide(
		openReads,
		fx.Annotate(provideOrderViews, fx.As(fx.Self()), fx.As(new(ports.Orders))),
		provideReadModel,
		fx.Annotate(provideViewFeed, fx.As(fx.Self()), fx.As(new(ports.ViewFeed))),
		fx.Annotate(provideDurableOrders, fx.As(new(ports.DurableOrders))),
		fx.Annotate(readsCheck, fx.ResultTags(`group:"checks"`)),
	),
)

// writes is the database of the commits.
type writes struct {
	*client.Database
	trials *startup.Trials
}

func openWrites(
	life fx.Lifecycle, uri WriteURI, all startup.Registered, tasks startup.Tasks, o observed,
	log *slog.Logger,
) (writes, error) {
	d, trials, err := startup.Open(life, string(uri), all.Of(startup.WriteSide), tasks,
		o.Observer.Commands, log)
	if err == nil {
		o.Observer.database(startup.WriteSide, d)
	}
	return writes{d, trials}, err
}

func openReads(
	life fx.Lifecycle, uri ReadURI, all startup.Registered, tasks startup.Tasks, o observed,
	log *slog.Logger,
) (startup.Reads, error) {
	d, trials, err := startup.Open(life, string(uri), all.Of(startup.ReadSide), tasks,
		o.Observer.Commands, log)
	if err == nil {
		o.Observer.database(startup.ReadSide, d)
	}
	return startup.Reads{Database: d, Trials: trials}, err
}

// A Guard returns nil while the process may record commits.
type Guard func(context.Context) error

// grouping is how appends are gathered, and when, if that is not to be as ever.
type grouping struct {
	fx.In
	By    journal.GroupCommit `optional:"true"`
	While Guard               `optional:"true"`
}

// observed is who sees what happens, if anybody does.
type observed struct {
	fx.In
	Observer Observer `optional:"true"`
}

func provideEventStore(
	life fx.Lifecycle, d writes, b *journal.Broadcast, g grouping, o observed, log *slog.Logger,
) *journal.EventStore {
	s := journal.NewEventStore(d.Database, b, g.By, log)
	s.OnDenial(d.trials.ReportDenial)
	if g.While != nil {
		s.OnlyWhile(g.While)
	}
	if o.Observer.Write != nil {
		s.OnWrite(o.Observer.Write)
		o.Observer.Queue(s.Queue())
	}
	life.Append(fx.StopHook(s.Close))
	return s
}

func provideEventFeed(d writes, b *journal.Broadcast, log *slog.Logger) *feed.EventFeed {
	return feed.New(d.Database, b, log)
}

func provideArchive(d writes) *journal.Archive { return journal.NewArchive(d.Database) }

func provideSubscriptions(d writes) *subscription.Subscriptions {
	return subscription.NewSubscriptions(d.Database)
}

func providePresence(d writes) *presence.Presence { return presence.New(d.Database) }

func provideImportedKeys(d writes) *imported.Keys { return imported.New(d.Database) }

func writesCheck(d writes) ports.Check {
	return ports.Check{Name: "mongodb write", Ready: d.trials.Ready}
}

func readsCheck(d startup.Reads) ports.Check {
	return ports.Check{Name: "mongodb read", Ready: d.Trials.Ready}
}

func provideOrderViews(life fx.Lifecycle, d startup.Reads) *orders.Views {
	v := orders.New(d.Database)
	life.Append(fx.StopHook(v.Close))
	return v
}

func provideViewFeed(v *orders.Views, log *slog.Logger) *readmodel.Feed { return v.Feed(log) }

func provideDurableOrders(
	life fx.Lifecycle, v *orders.Views, f *readmodel.Feed,
) *orders.Durable {
	d := orders.NewDurable(v, f)
	life.Append(fx.StopHook(d.Close))
	return d
}

func provideReadModel(v *orders.Views) ports.ReadModel[ports.OrderView] { return v.Model() }
