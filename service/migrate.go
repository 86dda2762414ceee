package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"go.uber.org/dig"
	"go.uber.org/fx"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/startup"
)

// MigrateUp brings the databases of both sides up to this program's version.
func MigrateUp(ctx context.Context, c Config) error {
	return eachSet(ctx, c, func(d *client.Database, set migrate.Set) error {
		return startup.Migrate(ctx, d, set)
	})
}

// MigrateDown drops the indexes of both sides, and no data. If a newer program migrated any of
// them, it drops nothing.
func MigrateDown(ctx context.Context, c Config) error {
	err := eachSet(ctx, c, func(d *client.Database, set migrate.Set) error {
		return migrate.New(d, set).Known(ctx)
	})
	if err != nil {
		return err
	}
	return eachSet(ctx, c, func(d *client.Database, set migrate.Set) error {
		return migrate.New(d, set).Down(ctx)
	})
}

// MigrateVersion writes the version of each collection to out, one line each.
func MigrateVersion(ctx context.Context, c Config, out io.Writer) error {
	return eachSet(ctx, c, func(d *client.Database, of migrate.Set) error {
		version, dirty, err := migrate.New(d, of).Version(ctx)
		if err != nil {
			return err
		}
		note := ""
		if dirty {
			note = "; broken off, migrate up mends it"
		}
		_, err = fmt.Fprintf(out, "%s %d (%s%s)\n", of.Collection, version, of.Holds, note)
		return err
	})
}

// eachSet connects to the database of each set that a module has registered.
func eachSet(
	ctx context.Context, c Config, do func(d *client.Database, set migrate.Set) error,
) error {
	c, err := c.resolved()
	if err != nil {
		return err
	}
	var registered startup.Registered
	app := fx.New(stored(c, operating, slog.New(slog.DiscardHandler)), fx.Populate(&registered))
	if err := app.Err(); err != nil {
		return dig.RootCause(err)
	}
	if len(registered.All) == 0 {
		return errors.New("nothing is kept in MongoDB; set MONGODB_URI")
	}
	err = eachIn(ctx, c.MongoURI, registered.Of(startup.WriteSide), do)
	if err == nil {
		err = eachIn(ctx, c.ReadURI, registered.Of(startup.ReadSide), do)
	}
	return withRole("migrate", err)
}

func eachIn(
	ctx context.Context, uri string, sets []migrate.Set,
	do func(d *client.Database, set migrate.Set) error,
) error {
	for _, set := range sets {
		db, err := client.Connect(ctx, uri)
		if err != nil {
			return err
		}
		err = do(db, set)
		if err = errors.Join(err, db.Close(context.WithoutCancel(ctx))); err != nil {
			return err
		}
	}
	return nil
}
