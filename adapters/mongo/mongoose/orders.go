// Package mongoose reads the orders of the Node.js program that this service replaces, as Mongoose
// stores them.
package mongoose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/ports"
	"orders/ports/clock"
)

// names are what the original calls its collection of orders: Mongoose makes the first of the name
// of its model, the other one is in its README. The last is also ours.
var names = []string{"orderwrites", "order_writes"}

// batch is how many documents are asked for at once.
const batch = 200

const (
	// patience is how long a database is waited for that does not answer, and pause how long it has
	// before it is asked again.
	patience = 2 * time.Minute
	pause    = 500 * time.Millisecond
)

var _ ports.Original = (*Original)(nil)

// An Original is a collection of orders of the original.
type Original struct {
	db     *client.Foreign
	orders *driver.Collection
}

// Open finds the collection in the database of a URI. It is to be closed after use.
func Open(ctx context.Context, uri string) (*Original, error) {
	db, err := client.OpenForeign(ctx, uri)
	if err != nil {
		return nil, err
	}
	o := &Original{db: db}
	if o.orders, err = find(ctx, db); err != nil {
		return nil, errors.Join(err, o.Close(context.WithoutCancel(ctx)))
	}
	return o, nil
}

// find returns the one collection that has orders of the original.
func find(ctx context.Context, db *client.Foreign) (*driver.Collection, error) {
	var found []*driver.Collection
	for _, name := range names {
		c := db.Collection(name)
		first, err := c.FindOne(ctx, bson.D{}).Raw()
		switch {
		case errors.Is(err, driver.ErrNoDocuments):
		case err != nil:
			return nil, fmt.Errorf("read %s of the original: %w", name, client.Translate(ctx, err))
		case !isOurs(first):
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there are no orders of the original in database %s at %s: neither "+
			"%s has any", db.Name(), db.Hosts(), strings.Join(names, " nor "))
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("database %s at %s has orders of the original in both %s: rename the "+
		"collection that is not to be taken over", db.Name(), db.Hosts(),
		strings.Join(names, " and "))
}

// isOurs reports whether a document is a commit of this service, whose collection has a name of the
// original's.
func isOurs(d bson.Raw) bool {
	_, hasEvents := d.Lookup("events").ArrayOK()
	return hasEvents && document.Text(d, "commitId") != ""
}

// Name is that of the collection, with its database.
func (o *Original) Name() string { return o.db.Name() + "." + o.orders.Name() }

// Close ends the connections.
func (o *Original) Close(ctx context.Context) error { return o.db.Close(ctx) }

// Size implements ports.Original.
func (o *Original) Size(ctx context.Context) (int, error) {
	n, err := o.orders.EstimatedDocumentCount(ctx)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", o.Name(), client.Translate(ctx, err))
	}
	return int(n), nil
}

// Orders implements ports.Original, in the order of the documents' keys. While the database does
// not answer it asks again, for as long as patience.
func (o *Original) Orders(ctx context.Context, each func(ports.OriginalOrder) error) error {
	r := reading{from: o, each: each, moved: time.Now()}
	for {
		err := r.run(ctx)
		isOpen := errors.Is(err, ports.ErrUnavailable) && !r.isRefused
		if !isOpen || time.Since(r.moved) > patience || clock.Sleep(ctx, pause) != nil {
			return err
		}
	}
}

// A reading of all orders goes on after the last one that it has read.
type reading struct {
	from      *Original
	each      func(ports.OriginalOrder) error
	last      bson.RawValue // The key of the last one; zero before the first.
	moved     time.Time     // When that was.
	isRefused bool          // each has returned an error.
}

func (r *reading) run(ctx context.Context) error {
	cursor, err := r.from.orders.Find(ctx, bson.D{}, r.rest())
	if err != nil {
		return r.broken(ctx, err)
	}
	defer client.CloseSoon(ctx, cursor)
	for cursor.Next(ctx) {
		key := cursor.Current.Lookup("_id")
		if r.last.Type != 0 && key.Equal(r.last) {
			continue
		}
		if err := r.each(decode(cursor.Current)); err != nil {
			r.isRefused = true
			return err
		}
		r.last = bson.RawValue{Type: key.Type, Value: bytes.Clone(key.Value)}
		r.moved = time.Now()
	}
	if err := cursor.Err(); err != nil {
		return r.broken(ctx, err)
	}
	return nil
}

// rest asks for the orders from the last one on. A bound of the index does so whatever types the
// keys have, where a filter would find those of the last one's type alone.
func (r *reading) rest() *options.FindOptions {
	all := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(batch)
	if r.last.Type == 0 {
		return all
	}
	return all.SetHint(bson.D{{Key: "_id", Value: 1}}).SetMin(bson.D{{Key: "_id", Value: r.last}})
}

func (r *reading) broken(ctx context.Context, err error) error {
	return fmt.Errorf("read %s: %w", r.from.Name(), client.Translate(ctx, err))
}
