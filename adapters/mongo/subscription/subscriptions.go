// Package subscription keeps checkpoints and leases by name, beside the commits.
package subscription

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

// Collection is that of subscriptions: one document for each name, with the
// position, with the lease while somebody leads, and with the failure while there is one.
const Collection = "order_subscriptions"

var _ ports.Subscriptions = (*Subscriptions)(nil)

// Subscriptions keeps subscriptions beside the commits that their positions are of: a backup has
// both, and whoever drops the views, which can be made again, loses no position.
type Subscriptions struct{ documents, parked *driver.Collection }

// NewSubscriptions returns the subscriptions in d.
func NewSubscriptions(d *client.Database) *Subscriptions {
	return &Subscriptions{d.Collection(Collection), d.Collection(ParkedCollection)}
}

// Open implements ports.Subscriptions. It asks nothing of the database.
func (s *Subscriptions) Open(name ports.SubscriptionName) (ports.Subscription, error) {
	if !name.Valid() {
		return ports.Subscription{}, fmt.Errorf("%.80q is no name of a subscription", name)
	}
	return ports.Subscription{
		Checkpoint: subscriptionCheckpoint{s.documents, string(name)},
		Lease:      subscriptionLease{&Lease{leases: s.documents, name: string(name)}},
		Parked:     NewParked(s.parked, string(name)),
		Failures:   failures{s.documents, string(name)},
	}, nil
}

// A subscriptionCheckpoint is the position in a subscription's document.
type subscriptionCheckpoint struct {
	documents *driver.Collection
	name      string
}

// Load implements ports.Checkpoint.
func (c subscriptionCheckpoint) Load(ctx context.Context) (ports.Position, error) {
	position, err := c.load(ctx)
	if err != nil {
		return "", fmt.Errorf("load the position of subscription %s: %w",
			c.name, client.Translate(ctx, err))
	}
	return position, nil
}

func (c subscriptionCheckpoint) load(ctx context.Context) (ports.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	found, err := c.documents.FindOne(ctx, bson.D{{Key: "_id", Value: c.name}}).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	position, err := found.LookupErr("position")
	if err != nil { // Somebody leads, and has not advanced yet.
		return "", nil
	}
	text, isText := position.StringValueOK()
	if !isText {
		return "", fmt.Errorf("the position in document %s of collection %s in database %s is no "+
			"text: delete the document, and everything is handed over again",
			c.name, c.documents.Name(), c.documents.Database().Name())
	}
	return ports.Position(text), nil
}

// Advance implements ports.Checkpoint. From the empty position it makes the document if need be.
func (c subscriptionCheckpoint) Advance(ctx context.Context, from, to ports.Position) error {
	at, update := bson.E{Key: "position", Value: string(from)}, client.Update
	if from == "" {
		at.Value, update = bson.D{{Key: "$in", Value: bson.A{"", nil}}}, client.Upsert
	}
	moved, err := client.UpdateOne(ctx, c.documents, client.Once, update(
		bson.D{{Key: "_id", Value: c.name}, at},
		driver.Pipeline{pipeline.Set(bson.E{Key: "position", Value: pipeline.Literal(to)})}))
	if err == nil && !moved {
		err = ports.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("advance the position of subscription %s: %w",
			c.name, client.Translate(ctx, err))
	}
	return nil
}

// A subscriptionLease is the lease in a subscription's document, which outlives it.
type subscriptionLease struct{ *Lease }

// Release takes the lease out of the document if it is the holder's.
func (l subscriptionLease) Release(ctx context.Context, holder string) error {
	_, err := client.UpdateOne(ctx, l.leases, client.Idempotent, client.Update(l.of(holder),
		driver.Pipeline{pipeline.Unset("holder"), pipeline.Unset("until")}))
	if err != nil {
		return fmt.Errorf("release the lease of subscription %s: %w", l.name,
			client.Translate(ctx, err))
	}
	return nil
}
