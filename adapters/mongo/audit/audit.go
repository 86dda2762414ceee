// Package audit keeps what operators did, beside the commits: each entry is inserted, and none is
// ever changed or deleted.
package audit

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/ports"
)

// Collection is that of the entries. The first one makes it.
const Collection = "orders_audit"

var _ ports.Audit = (*Audit)(nil)

// An Audit has two entries for each act: one for its beginning and one for its end.
type Audit struct{ entries *driver.Collection }

// Open returns the audit in d. It refuses a collection that would lose or change entries.
func Open(ctx context.Context, d *client.Database) (*Audit, error) {
	return &Audit{d.Collection(Collection)}, migrate.InspectOthers(ctx, d, Collection)
}

// Begin implements ports.Audit.
func (a *Audit) Begin(ctx context.Context, act ports.Act) error {
	return a.insert(ctx, "begin", act, beginEntry(act))
}

// End implements ports.Audit. The entry of the beginning is not looked for, as an operator needs no
// right to read.
func (a *Audit) End(ctx context.Context, act ports.Act, how ports.Outcome) error {
	return a.insert(ctx, "end", act, endEntry(act, how))
}

func (a *Audit) insert(ctx context.Context, what string, act ports.Act, entry bson.D) error {
	inserting, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	_, err := a.entries.InsertOne(inserting, entry)
	switch {
	case err == nil:
		return nil
	case driver.IsDuplicateKeyError(err):
		err = ports.ErrConflict
	case client.IsUnauthorized(err):
		err = a.denied("insert")
	default:
		err = client.Translate(ctx, err)
	}
	return fmt.Errorf("record the %s of %q in %s: %w", what, act.Command, Collection, err)
}

// denied says which right the user lacks.
func (a *Audit) denied(action string) error {
	return fmt.Errorf("%w: %w", ports.ErrDenied, &client.DenialError{
		Database: a.entries.Database().Name(), Collection: Collection, Action: action,
	})
}

// Latest implements ports.Audit. The entries of an act are neighbours by their keys.
func (a *Audit) Latest(ctx context.Context, since time.Time, limit int) ([]ports.Act, error) {
	if limit <= 0 {
		return nil, nil
	}
	reading, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	found, err := a.entries.Find(reading,
		bson.D{{Key: "_id", Value: bson.D{
			{Key: "$gte", Value: keyOfTime(since)}, {Key: "$regex", Value: keyPattern},
		}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(2*int64(limit)))
	var entries []bson.Raw
	if err == nil {
		err = found.All(reading, &entries)
	}
	switch {
	case client.IsUnauthorized(err):
		err = a.denied("find")
	default:
		err = client.Translate(ctx, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Collection, err)
	}
	acts := together(entries)
	return acts[:min(limit, len(acts))], nil
}

// readTimeout bounds the reading of a list.
const readTimeout = 10 * time.Second
