// Package client leads to a database whose writes are durable and whose errors are the ports'. It
// needs a replica set (of one member will do) or a sharded cluster.
package client

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

const (
	appName         = "orders"
	defaultDatabase = "cqrs_demo"

	// ReachTimeout is how long a start waits for a server.
	ReachTimeout = 10 * time.Second
	ReachPause   = 100 * time.Millisecond
	askTimeout   = 500 * time.Millisecond

	// selectTimeout is how long an operation waits for a primary, unless the URI says otherwise.
	selectTimeout = 2 * time.Second
	// dialTimeout also bounds how long a server that went silent is still believed to be there.
	dialTimeout = 5 * time.Second
	// ackTimeout is how long a server waits for a majority. It is shorter than attemptTimeout, so
	// that a slow majority gives an answer instead of a cut connection.
	ackTimeout = 2500 * time.Millisecond
	// CloseTimeout is how long a server is given to forget a cursor.
	CloseTimeout = time.Second
	// AttemptTimeout bounds each write, for a frozen primary would hold it until it thaws.
	AttemptTimeout = 3 * time.Second
)

// A Database is one MongoDB database and the client that leads to it.
type Database struct {
	Client  *driver.Client
	Handle  *driver.Database
	options *options.ClientOptions

	Log *slog.Logger // See LogTo.
}

// Connect opens the database that a URI names and waits until it can be used, at most 10 seconds.
// Its errors are one sentence each, and tell no credentials.
func Connect(ctx context.Context, uri string) (*Database, error) {
	d, err := Open(ctx, uri)
	if err != nil {
		return nil, err
	}
	if err := d.Reach(ctx); err != nil {
		_ = d.Close(context.WithoutCancel(ctx)) // Nothing was opened that could be lost.
		return nil, err
	}
	return d, nil
}

// Open prepares to use the database that a URI names, cqrs_demo if it names none, and does not wait
// for it, but only for DNS if the URI is one of mongodb+srv. Reach it before use.
func Open(ctx context.Context, uri string) (*Database, error) {
	at, err := locate(ctx, uri)
	if err != nil {
		return nil, err
	}
	client, err := driver.Connect(context.Background(), at.options)
	if err != nil {
		return nil, fmt.Errorf("the MongoDB URI cannot be used: %s", fault(err))
	}
	return &Database{
		Client: client, Handle: client.Database(at.database), options: at.options,
		Log: slog.Default(),
	}, nil
}

// Close ends all connections. What still uses the database fails.
func (d *Database) Close(ctx context.Context) error {
	if err := d.Client.Disconnect(ctx); err != nil {
		return fmt.Errorf("disconnect from MongoDB: %w", err)
	}
	return nil
}

// Hosts names the servers that the URI named.
func (d *Database) Hosts() string { return strings.Join(d.options.Hosts, ",") }

// HasUser reports whether the URI named a user.
func (d *Database) HasUser() bool { return d.options.Auth != nil }

// Name is the database's.
func (d *Database) Name() string { return d.Handle.Name() }

// Collection returns a handle whose writes are durable once they are acknowledged and whose reads
// see only such writes, whatever the URI asks for.
func (d *Database) Collection(name string) *driver.Collection {
	return d.Handle.Collection(name, options.Collection().
		SetWriteConcern(durable()).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()))
}

// CloseSoon closes a cursor, also when ctx has ended, and does not wait for a silent server.
func CloseSoon(ctx context.Context, cursor interface{ Close(context.Context) error }) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), CloseTimeout)
	defer cancel()
	_ = cursor.Close(ctx) // Servers forget cursors by themselves, too.
}

func durable() *writeconcern.WriteConcern {
	journal := true
	return &writeconcern.WriteConcern{
		W: "majority", Journal: &journal, WTimeout: ackTimeout,
	}
}

// LogTo makes d tell log what cannot be read. It is to be called before d is used.
func (d *Database) LogTo(log *slog.Logger) { d.Log = log }
