package service

import (
	"context"
	"errors"
	"fmt"
	"io"

	"orders/adapters/mongo"
	mongocustomer "orders/adapters/mongo/customer"
)

// MigrateUp brings both sides' databases up to this program's version.
func MigrateUp(ctx context.Context, c Config) error {
	return eachSet(ctx, c, func(_ string, m *mongo.Migrations) error { return m.Up(ctx) })
}

// MigrateDown drops the indexes of both sides, and no data.
func MigrateDown(ctx context.Context, c Config) error {
	return eachSet(ctx, c, func(_ string, m *mongo.Migrations) error { return m.Down(ctx) })
}

// MigrateVersion writes the version of each side's database to out, a line each.
func MigrateVersion(ctx context.Context, c Config, out io.Writer) error {
	return eachSet(ctx, c, func(side string, m *mongo.Migrations) error {
		version, dirty, err := m.Version(ctx)
		if err != nil {
			return err
		}
		note := ""
		if dirty {
			note = " (broken off; migrate up mends it)"
		}
		_, err = fmt.Fprintf(out, "%s %d%s\n", side, version, note)
		return err
	})
}

// eachSet connects to the database of each side that is kept in MongoDB.
func eachSet(
	ctx context.Context, c Config, do func(side string, m *mongo.Migrations) error,
) error {
	c, err := c.settled()
	if err != nil {
		return err
	}
	if c.WriteStore != Mongo && c.ReadStore != Mongo {
		return errors.New("nothing is kept in MongoDB; set MONGODB_URI")
	}
	if c.WriteStore == Mongo {
		err = withSet(ctx, "order_writes", c.MongoURI, mongo.WriteSet, do)
	}
	if err == nil && c.ReadStore == Mongo {
		err = withSet(ctx, "order_reads", c.ReadURI, mongo.ReadSet, do)
	}
	if err == nil && c.ReadStore == Mongo {
		err = withSet(ctx, "customer_orders", c.ReadURI, mongocustomer.Set, do)
	}
	return err
}

func withSet(
	ctx context.Context, side, uri string, set mongo.Set,
	do func(side string, m *mongo.Migrations) error,
) error {
	db, err := mongo.Connect(ctx, uri)
	if err != nil {
		return err
	}
	return errors.Join(do(side, mongo.NewMigrations(db, set)), db.Close(context.WithoutCancel(ctx)))
}
