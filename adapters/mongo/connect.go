// Package mongo implements the ports on MongoDB: order_writes holds the commits, order_reads the
// views. It needs a replica set (of one member will do) or a sharded cluster.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"
)

const (
	appName         = "orders"
	defaultDatabase = "cqrs_demo"

	// reachTimeout is how long a start waits for a server.
	reachTimeout = 10 * time.Second
	reachPause   = 100 * time.Millisecond
	askTimeout   = 500 * time.Millisecond

	// selectTimeout is how long an operation waits for a primary, unless the URI says otherwise.
	selectTimeout = 2 * time.Second
	// dialTimeout also bounds how long a server that went silent is still believed to be there.
	dialTimeout = 5 * time.Second
	// ackTimeout is how long a server waits for a majority. It is shorter than attemptTimeout, so
	// that a slow majority gives an answer instead of a cut connection.
	ackTimeout = 2500 * time.Millisecond
	// closeTimeout is how long a server is given to forget a cursor.
	closeTimeout = time.Second
	// attemptTimeout bounds each write, for a frozen primary would hold it until it thaws.
	attemptTimeout = 3 * time.Second
)

// A Database is one MongoDB database and the client that leads to it.
type Database struct {
	client  *driver.Client
	handle  *driver.Database
	options *options.ClientOptions

	news *news

	mu     sync.Mutex
	models map[string]*model // By the names of their sets.
}

// Connect opens the database that a URI names and waits until it can be used, at most 10 seconds.
// Its errors are one sentence each, and tell no credentials.
func Connect(ctx context.Context, uri string) (*Database, error) {
	d, err := Open(uri)
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
// for it. Reach it before use.
func Open(uri string) (*Database, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, malformed(uri, err)
	}
	o := settings(uri, parsed)
	client, err := driver.Connect(context.Background(), o)
	if err != nil {
		return nil, malformed(uri, err)
	}
	name := parsed.Database
	if name == "" {
		name = defaultDatabase
	}
	return &Database{
		client: client, handle: client.Database(name), options: o,
		news: newNews(), models: map[string]*model{},
	}, nil
}

// Close ends all connections. What still uses the database fails.
func (d *Database) Close(ctx context.Context) error {
	if err := d.client.Disconnect(ctx); err != nil {
		return fmt.Errorf("disconnect from MongoDB: %w", err)
	}
	return nil
}

// Hosts names the servers that the URI named.
func (d *Database) Hosts() string { return strings.Join(d.options.Hosts, ",") }

// Name is the database's.
func (d *Database) Name() string { return d.handle.Name() }

// collection returns a handle whose writes are durable once they are acknowledged and whose reads
// see only such writes, whatever the URI asks for.
func (d *Database) collection(name string) *driver.Collection {
	return d.handle.Collection(name, options.Collection().
		SetWriteConcern(durable()).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()))
}

// closeSoon closes a cursor, also when ctx has ended, and does not wait for a silent server.
func closeSoon(ctx context.Context, cursor interface{ Close(context.Context) error }) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	_ = cursor.Close(ctx) // Servers forget cursors by themselves, too.
}

func durable() *writeconcern.WriteConcern {
	journal := true
	return &writeconcern.WriteConcern{
		W: "majority", Journal: &journal, WTimeout: ackTimeout,
	}
}

func settings(uri string, parsed *connstring.ConnString) *options.ClientOptions {
	o := options.Client().ApplyURI(uri).
		SetRetryWrites(true).
		SetWriteConcern(durable()).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary())
	if parsed.AppName == "" {
		o.SetAppName(appName)
	}
	if !parsed.ServerSelectionTimeoutSet {
		o.SetServerSelectionTimeout(selectTimeout)
	}
	if !parsed.ConnectTimeoutSet {
		o.SetConnectTimeout(dialTimeout)
	}
	return o
}

// malformed gives the parser's reason, unless the URI may have credentials, which it might repeat.
func malformed(uri string, reason error) error {
	if _, rest, _ := strings.Cut(uri, "://"); strings.ContainsAny(rest, "@:") {
		return errors.New("the MongoDB URI cannot be used: " +
			"look at its form, and percent-encode special characters in user and password")
	}
	_, text, found := strings.Cut(reason.Error(), "ing uri: ") // "error parsing", "validating".
	if !found {
		text = reason.Error()
	}
	return fmt.Errorf("the MongoDB URI cannot be used: %s", text)
}
