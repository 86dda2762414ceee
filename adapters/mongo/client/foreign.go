package client

import (
	"context"
	"fmt"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
)

// A Foreign database is another program's. It is only read, by the read preference of its URI, and
// may be a stand-alone server's.
type Foreign struct {
	handle *driver.Database
	hosts  string
}

// OpenForeign connects to the database that a URI names.
func OpenForeign(ctx context.Context, uri string) (*Foreign, error) {
	at, err := locate(ctx, uri)
	if err != nil {
		return nil, err
	}
	o, asked := at.options.SetReadConcern(readconcern.Local()), options.Client().ApplyURI(uri)
	if asked.ServerSelectionTimeout == nil {
		o.SetServerSelectionTimeout(ReachTimeout)
	}
	if o.SetReadPreference(readpref.Primary()); asked.ReadPreference != nil {
		o.SetReadPreference(asked.ReadPreference)
	}
	c, err := driver.Connect(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("the MongoDB URI cannot be used: %s", fault(err))
	}
	d := &Foreign{c.Database(at.database), hostsOf(uri)}
	if err := c.Ping(ctx, o.ReadPreference); err != nil {
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("MongoDB at %s cannot be used: %s", d.hosts, Reason(err))
	}
	return d, nil
}

// Collection returns one of its collections.
func (d *Foreign) Collection(name string) *driver.Collection { return d.handle.Collection(name) }

// Name is the database's.
func (d *Foreign) Name() string { return d.handle.Name() }

// Hosts names the servers that the URI named.
func (d *Foreign) Hosts() string { return d.hosts }

// Close ends all connections.
func (d *Foreign) Close(ctx context.Context) error { return d.handle.Client().Disconnect(ctx) }
