package mongo

import (
	"context"
	"errors"
	"fmt"
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
type writes struct{ *Database }

// Reads is the database of the views. It is connected before what was given it starts.
type Reads struct{ *Database }

func openWrites(
	life fx.Lifecycle, uri WriteURI, tasks Tasks, log *slog.Logger,
) (writes, error) {
	d, err := open(life, string(uri), WriteSet, tasks, log)
	return writes{d}, err
}

func openReads(life fx.Lifecycle, uri ReadURI, tasks Tasks, log *slog.Logger) (Reads, error) {
	d, err := open(life, string(uri), ReadSet, tasks, log)
	return Reads{d}, err
}

// open connects at the start of the application, before what was given the database starts.
func open(
	life fx.Lifecycle, uri string, set Set, tasks Tasks, log *slog.Logger,
) (*Database, error) {
	d, err := Open(context.Background(), uri)
	if err != nil {
		return nil, err
	}
	d.tasks = tasks
	d.LogTo(log)
	life.Append(fx.Hook{
		OnStart: func(ctx context.Context) error {
			err := start(ctx, d, set, log)
			if err != nil {
				_ = d.Close(ctx) // Fx stops only what has started.
			}
			return err
		},
		OnStop: d.Close,
	})
	return d, nil
}

func start(ctx context.Context, d *Database, set Set, log *slog.Logger) error {
	log.Info("Connecting to MongoDB", "hosts", d.Hosts())
	if err := d.Reach(ctx); err != nil {
		return err
	}
	log.Info("MongoDB connected",
		"hosts", d.Hosts(), "database", d.Name(), "collection", set.Collection)
	return Prepare(ctx, d, set)
}

// Prepare migrates a collection and, if it holds the views of a read model whose live ones are
// in another generation by now, makes the indexes that those lack. Then it tries what the process
// does with it.
func Prepare(ctx context.Context, d *Database, set Set) error {
	err := prepare(ctx, d, set)
	if isUnauthorized(err) {
		var lack *lackError
		if errors.As(d.try(ctx, set), &lack) {
			return lack
		}
		return d.unmigrated(set, err)
	}
	if err != nil {
		return err
	}
	return d.prove(ctx, set)
}

func prepare(ctx context.Context, d *Database, set Set) error {
	if err := NewMigrations(d, set).Up(ctx); err != nil || set.Collection == commitsName {
		return err
	}
	if err := d.inspectBeside(ctx); err != nil {
		return err
	}
	m := OpenModel(d, set)
	s, err := m.read(ctx)
	if err == nil && s.Live.Number != 1 {
		live := &Migrations{db: d, set: set, indexed: m.collection(s.Live.Number)}
		if err := live.inspect(ctx); errors.Is(err, errForeign) {
			return fmt.Errorf("use %s in database %s: %w", live.indexed.Name(), d.Name(), err)
		}
		err = m.index(ctx, live.indexed, nil)
	}
	if errors.Is(err, errDamaged) {
		return err
	}
	if err != nil && !isUnauthorized(err) {
		err = translate(ctx, err)
	}
	if err != nil {
		return fmt.Errorf("index the live views of %s: %w", set.Collection, err)
	}
	return nil
}

func provideEventStore(
	life fx.Lifecycle, d writes, b *Broadcast, log *slog.Logger,
) *EventStore {
	s := NewEventStore(d.Database, b, GroupCommit{}, log)
	life.Append(fx.StopHook(s.Close))
	return s
}

func provideEventFeed(d writes, b *Broadcast, log *slog.Logger) *EventFeed {
	return NewEventFeed(d.Database, b, log)
}

func provideArchive(d writes) *Archive { return NewArchive(d.Database) }

func writesCheck(d writes) ports.Check { return ports.Check{Name: "mongodb write", Ready: d.Ready} }

func readsCheck(d Reads) ports.Check { return ports.Check{Name: "mongodb read", Ready: d.Ready} }

func provideOrderViews(life fx.Lifecycle, d Reads) *OrderViews {
	v := NewOrderViews(d.Database)
	life.Append(fx.StopHook(v.Close))
	return v
}

func provideReadModel(v *OrderViews) ports.ReadModel[ports.OrderView] { return v.Model() }
