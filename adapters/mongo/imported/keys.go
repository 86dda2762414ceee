// Package imported keeps the Idempotency-Keys that another program took, beside the commits.
package imported

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/ports"
)

// Collection is that of the keys. The first one makes it.
const Collection = "imported_keys"

var _ ports.ImportedKeys = (*Keys)(nil)

// Keys has one document for each key, whose _id is the key.
type Keys struct {
	db   *client.Database
	keys *driver.Collection
}

// New returns the keys in d.
func New(d *client.Database) *Keys { return &Keys{d, d.Collection(Collection)} }

// keyFields says what a document in imported_keys holds.
func keyFields(f *document.Fields, k *ports.ImportedKey) {
	f.Text("_id", &k.Key)
	f.Text("orderId", (*string)(&k.OrderID))
	f.Text("userId", &k.UserID)
	f.Text("request", &k.Request)
}

// Any implements ports.ImportedKeys.
func (s *Keys) Any(ctx context.Context) (bool, error) {
	found, err := s.find(ctx, bson.D{})
	return found != nil, err
}

// Find implements ports.ImportedKeys.
func (s *Keys) Find(ctx context.Context, key string) (k ports.ImportedKey, err error) {
	found, err := s.find(ctx, bson.D{{Key: "_id", Value: key}})
	switch {
	case err != nil:
		return k, err
	case found == nil:
		return k, ports.ErrNotFound
	}
	f := document.Open(found)
	keyFields(f, &k)
	if _, err := f.Close(); err != nil {
		return k, document.Unreadable("imported key", err)
	}
	return k, nil
}

// find returns one document that a filter finds, or none.
func (s *Keys) find(ctx context.Context, filter bson.D) (found bson.Raw, err error) {
	cursor, err := s.db.FindDurable(ctx, s.keys, filter, options.Find().SetLimit(1))
	if err == nil {
		defer client.CloseSoon(ctx, cursor)
		if cursor.Next(ctx) {
			found = append(found, cursor.Current...)
		}
		err = cursor.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Collection, client.Translate(ctx, err))
	}
	return found, nil
}

// Add implements ports.ImportedKeys.
func (s *Keys) Add(ctx context.Context, k ports.ImportedKey) error {
	const size = 256
	f := document.New(size)
	keyFields(f, &k)
	made, err := f.Close()
	if err != nil {
		return err
	}
	inserting, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	refused, err := client.WriteAll(inserting, s.keys, client.Inserts, []bson.Raw{made})
	if err != nil {
		return fmt.Errorf("add to %s: %w", Collection, client.Translate(ctx, err))
	}
	refusal, is := refused[0]
	switch {
	case !is:
		return nil
	case !client.IsTaken(refusal):
		return fmt.Errorf("add to %s: %w", Collection, client.RefusalOf(refusal))
	}
	there, err := s.Find(ctx, k.Key)
	if err == nil && there != k {
		err = fmt.Errorf("the key of order %s is one of order %s: %w", k.OrderID, there.OrderID,
			ports.ErrConflict)
	}
	if errors.Is(err, ports.ErrNotFound) { // It was taken a moment ago.
		err = fmt.Errorf("add to %s: %w", Collection, ports.ErrUnavailable)
	}
	return err
}
