package subscription

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

var _ ports.Lease = (*Lease)(nil)

// A Lease is the one of a name in a collection. The database tells the time.
type Lease struct {
	leases *driver.Collection
	name   string
}

// NewLease returns the lease of a name in a collection.
func NewLease(in *driver.Collection, name string) *Lease { return &Lease{leases: in, name: name} }

// Hold makes or renews the holder's lease, and if it is another one's, takes that once it has
// run out. An upsert cannot do both at once: its filter may not look at the time.
func (l *Lease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	holding := driver.Pipeline{pipeline.Set(
		bson.E{Key: "holder", Value: pipeline.Literal(holder)},
		bson.E{Key: "until", Value: pipeline.FromNow(d)},
	)}
	held, err := client.UpdateOne(ctx, l.leases, client.Idempotent,
		client.Upsert(l.of(holder), holding))
	if err == nil && !held {
		free := bson.D{{Key: "_id", Value: l.name}, pipeline.IsOver("until")}
		held, err = client.UpdateOne(ctx, l.leases, client.Once, client.Update(free, holding))
	}
	if err != nil {
		return false, fmt.Errorf("hold the lease of %s: %w", l.name, client.Translate(ctx, err))
	}
	return held, nil
}

func (l *Lease) of(holder string) bson.D {
	return bson.D{{Key: "_id", Value: l.name}, {Key: "holder", Value: holder}}
}

// Holder implements ports.Lease.
func (l *Lease) Holder(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	found, err := l.leases.FindOne(ctx, bson.D{
		{Key: "_id", Value: l.name}, pipeline.IsYet("until"),
	}).Raw()
	switch {
	case errors.Is(err, driver.ErrNoDocuments):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("ask who holds the lease of %s: %w", l.name,
			client.Translate(ctx, err))
	}
	return document.Valid(document.Text(found, "holder")), nil
}

// Release forgets the lease if it is the holder's.
func (l *Lease) Release(ctx context.Context, holder string) error {
	if _, err := client.DeleteOne(ctx, l.leases, client.Idempotent, l.of(holder)); err != nil {
		return fmt.Errorf("release the lease of %s: %w", l.name, client.Translate(ctx, err))
	}
	return nil
}
