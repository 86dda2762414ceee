package mongo

import (
	"context"
	"log/slog"

	"go.uber.org/fx"

	"orders/ports"
)

// WriteURI names the database of the commits.
type WriteURI string

// ReadURI names the database of the views; it may be the same.
type ReadURI string

// WriteModule keeps the events. It needs a WriteURI, Tasks and a *slog.Logger. Before anything that
// uses it starts, it connects, migrates and tries what the tasks take; when the application stops,
// it ends what is under way.
var WriteModule = fx.Module("mongo write",
	fx.Provide(fx.Private, openWrites, NewBroadcast),
	fx.Provide(
		fx.Annotate(provideEventStore,
			fx.As(new(ports.EventStore)), fx.As(new(ports.History))),
		fx.Annotate(provideEventFeed, fx.As(new(ports.EventFeed))),
		fx.Annotate(provideArchive, fx.As(new(ports.Archive))),
		fx.Annotate(writesCheck, fx.ResultTags(`group:"checks"`)),
	),
)

// ReadModule keeps the read model. It needs a ReadURI, Tasks and a *slog.Logger, and starts and
// stops as WriteModule does. The modules of other read models share its Reads.
var ReadModule = fx.Module("mongo read",
	fx.Provide(
		openReads,
		fx.Annotate(provideOrderViews, fx.As(fx.Self()), fx.As(new(ports.Orders))),
		provideReadModel,
		fx.Annotate(readsCheck, fx.ResultTags(`group:"checks"`)),
	),
)

// writes is the database of the commits.
type writes struct {
	*Database
	trials *Trials
}

func openWrites(
	life fx.Lifecycle, uri WriteURI, tasks Tasks, log *slog.Logger,
) (writes, error) {
	d, trials, err := open(life, string(uri), WriteSet, tasks, log)
	return writes{d, trials}, err
}

func openReads(life fx.Lifecycle, uri ReadURI, tasks Tasks, log *slog.Logger) (Reads, error) {
	d, trials, err := open(life, string(uri), ReadSet, tasks, log)
	return Reads{d, trials}, err
}

// open connects at the start of the application, before what was given the database starts.
func open(
	life fx.Lifecycle, uri string, set Set, tasks Tasks, log *slog.Logger,
) (*Database, *Trials, error) {
	d, err := Open(context.Background(), uri)
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
			err := start(ctx, d, trials, set, log)
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
	ctx context.Context, d *Database, trials *Trials, set Set, log *slog.Logger,
) error {
	log.Info("Connecting to MongoDB", "hosts", d.Hosts())
	if err := d.Reach(ctx); err != nil {
		return err
	}
	log.Info("MongoDB connected",
		"hosts", d.Hosts(), "database", d.Name(), "collection", set.Collection)
	return trials.Prepare(ctx, set)
}

func provideEventStore(
	life fx.Lifecycle, d writes, b *Broadcast, log *slog.Logger,
) *EventStore {
	s := NewEventStore(d.Database, b, GroupCommit{}, log)
	s.WhenDenied(d.trials.Denied)
	life.Append(fx.StopHook(s.Close))
	return s
}

func provideEventFeed(d writes, b *Broadcast, log *slog.Logger) *EventFeed {
	return NewEventFeed(d.Database, b, log)
}

func provideArchive(d writes) *Archive { return NewArchive(d.Database) }

func writesCheck(d writes) ports.Check {
	return ports.Check{Name: "mongodb write", Ready: d.trials.Ready}
}

func readsCheck(d Reads) ports.Check {
	return ports.Check{Name: "mongodb read", Ready: d.Trials.Ready}
}

func provideOrderViews(life fx.Lifecycle, d Reads) *OrderViews {
	v := NewOrderViews(d.Database)
	life.Append(fx.StopHook(v.Close))
	return v
}

func provideReadModel(v *OrderViews) ports.ReadModel[ports.OrderView] { return v.Model() }
