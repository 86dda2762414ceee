// Package client leads to a database whose writes are durable, but for WriteProvisionally, and
// whose errors are the ports'. It needs a replica set (of one member will do) or a sharded cluster.
package client

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/event"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
)

// A Database is one MongoDB database and the client that leads to it.
type Database struct {
	Client    *driver.Client
	Handle    *driver.Database
	options   *options.ClientOptions
	outage    *outage
	elections *elections
	pool      *pool

	Log *slog.Logger // See LogTo.
}

// Open prepares to use the database that a URI names, cqrs_demo if it names none, and does not wait
// for it, but only for DNS if the URI is one of mongodb+srv. Reach it before use. The monitor is
// told of each command; nil for nobody.
func Open(
	ctx context.Context, uri string, commands *event.CommandMonitor,
) (*Database, error) {
	at, err := locate(ctx, uri)
	if err != nil {
		return nil, err
	}
	d := &Database{
		options: at.options, outage: &outage{}, elections: &elections{}, pool: &pool{},
		Log: slog.Default(),
	}
	d.Client, err = driver.Connect(context.Background(),
		at.options.SetServerMonitor(d.monitor()).SetPoolMonitor(d.pool.monitor()).
			SetMonitor(commands))
	if err != nil {
		return nil, fmt.Errorf("the MongoDB URI cannot be used: %s", fault(err))
	}
	d.Handle = d.Client.Database(at.database)
	return d, nil
}

// monitor tells d what the driver finds out.
func (d *Database) monitor() *event.ServerMonitor {
	return &event.ServerMonitor{
		TopologyDescriptionChanged: func(e *event.TopologyDescriptionChangedEvent) {
			d.outage.update(takesWrites(e.NewDescription))
			d.elections.update(e.NewDescription)
		},
	}
}

// Close ends all connections. What still uses the database fails.
func (d *Database) Close(ctx context.Context) error {
	d.outage.logTo(nil)
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
// see only such writes, whatever the URI asks for. Just after a failover they see older ones: see
// FindDurable.
func (d *Database) Collection(name string) *driver.Collection {
	return d.Handle.Collection(name, options.Collection().
		SetWriteConcern(durable()).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()))
}

// Latest returns a handle for reads that also see what is not durable yet, so that a failover may
// take it back.
func (d *Database) Latest(name string) *driver.Collection {
	return d.Handle.Collection(name, options.Collection().
		SetReadConcern(readconcern.Local()).
		SetReadPreference(readpref.Primary()))
}

// ReadingSince returns a context for one goroutine, whose reads see all that happened until a time.
// end is to be called after them.
func (d *Database) ReadingSince(
	ctx context.Context, at primitive.Timestamp,
) (reading context.Context, end func(), err error) {
	if at.IsZero() {
		return ctx, func() {}, nil
	}
	session, err := d.Client.StartSession(options.Session().SetCausalConsistency(true))
	if err != nil {
		return nil, nil, fmt.Errorf("start a session: %w", err)
	}
	end = func() { session.EndSession(ctx) }
	if err := session.AdvanceOperationTime(&at); err != nil {
		end()
		return nil, nil, fmt.Errorf("start a session: %w", err)
	}
	return driver.NewSessionContext(ctx, session), end, nil
}

// CloseSoon closes a cursor, also when ctx has ended, and does not wait for a silent server.
func CloseSoon(ctx context.Context, cursor interface{ Close(context.Context) error }) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), CloseTimeout)
	defer cancel()
	_ = cursor.Close(ctx) // Servers forget cursors by themselves, too.
}

// LogTo makes d tell log what cannot be read. It is to be called before d is used.
func (d *Database) LogTo(log *slog.Logger) { d.Log = log }
