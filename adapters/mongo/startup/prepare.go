package startup

import (
	"context"
	"errors"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/imported"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/presence"
	"orders/adapters/mongo/readmodel"
	"orders/adapters/mongo/subscription"
)

// Reads is the database of the views. It is connected before what was given it starts.
type Reads struct {
	*client.Database
	Trials *Trials
}

// Prepare migrates a collection and, if it holds the views of a read model, what goes with them. It
// refuses a collection beside it that is not for us.
// Then it tries what the process does with it.
func (t *Trials) Prepare(ctx context.Context, set migrate.Set) error {
	err := t.migrate(ctx, set)
	if client.IsUnauthorized(err) {
		var lack *trialError
		if errors.As(t.try(ctx, set), &lack) {
			return lack
		}
		return t.explainUnmigrated(set, err)
	}
	if err != nil {
		return err
	}
	return t.tryUntilDone(ctx, set)
}

func (t *Trials) migrate(ctx context.Context, set migrate.Set) error {
	up := migrate.New(t.db, set).Up
	if t.tasks.SkipMigrations {
		up = migrate.New(t.db, set).Check
	}
	err := up(ctx)
	if set.Collection == journal.Collection {
		if err == nil && t.tasks.Subscribes {
			err = migrate.InspectOthers(ctx, t.db,
				subscription.Collection, subscription.ParkedCollection)
		}
		if err == nil && t.tasks.Attends {
			err = migrate.InspectOthers(ctx, t.db, presence.Collection, imported.Collection)
		}
		return err
	}
	if err != nil && !errors.Is(err, migrate.ErrForeign) && t.isLeft(ctx, set) {
		err = nil
	}
	if err == nil {
		err = readmodel.Prepare(ctx, t.db, set, t.tasks.SkipMigrations)
	}
	return err
}

// Migrate brings a collection to this program's version and, if it holds the views of a read model,
// also the generation of them that readers are in.
func Migrate(ctx context.Context, d *client.Database, set migrate.Set) error {
	err := migrate.New(d, set).Up(ctx)
	if err == nil && set.Collection != journal.Collection {
		err = readmodel.Prepare(ctx, d, set, false)
	}
	return err
}

// isLeft reports whether readers are in a later generation than the one that is migrated. Rebuilds
// drop that one, and a process that cannot make it again needs it no more.
func (t *Trials) isLeft(ctx context.Context, set migrate.Set) bool {
	live, err := readmodel.Open(t.db, set).LiveName(ctx)
	return err == nil && live != set.Collection
}
