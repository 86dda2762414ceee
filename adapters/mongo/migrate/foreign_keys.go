package migrate

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/domain/order"
)

// idEnd is the least text that comes after all texts with order.IDPrefix.
const idEnd = "ord`"

// sampleSize is how many keys from either end of ours are looked at.
const sampleSize = 100

// NoText selects keys of all types but text, as two ranges of the index on them.
var NoText = bson.D{{Key: "$not", Value: bson.D{{Key: "$gte", Value: ""}}}}

// inspectDocuments refuses documents that are none of ours, if the index of keys leads to them: not
// every key is looked at. A set that may have strays is refused only if it was never ours: no
// migration of ours ran, and no document is ours.
func (m *Migrations) inspectDocuments(ctx context.Context) error {
	stranger, ours, err := m.sample(ctx)
	if err != nil || stranger.IsZero() {
		return err
	}
	if !m.set.Complete {
		if ours {
			return nil
		}
		migrated, err := client.UUID(ctx, m.db.Collection(m.set.Bookkeeping()))
		if err != nil || migrated != "" {
			return err
		}
	}
	if ours {
		return fmt.Errorf("the document with the _id %s is not this program's, but %w",
			document.Key(stranger), errStray)
	}
	return foreign("the document with the _id %s is not this program's", document.Key(stranger))
}

// sample returns the _id of a document that is none of ours, if it finds one, and whether there
// is one of ours.
func (m *Migrations) sample(ctx context.Context) (stranger bson.RawValue, ours bool, err error) {
	within := bson.D{{Key: "$gte", Value: order.IDPrefix}, {Key: "$lt", Value: idEnd}}
	var keys []bson.RawValue
	for _, part := range []struct {
		ids       bson.D
		direction int
		limit     int64
	}{
		{NoText, 1, 1},
		{bson.D{{Key: "$gte", Value: ""}, {Key: "$lt", Value: order.IDPrefix}}, 1, 1},
		{bson.D{{Key: "$gte", Value: idEnd}}, 1, 1},
		{within, 1, sampleSize}, {within, -1, sampleSize},
	} {
		cursor, err := m.Collection.Find(ctx, bson.D{{Key: "_id", Value: part.ids}}, options.Find().
			SetProjection(bson.D{{Key: "_id", Value: 1}}).SetLimit(part.limit).
			SetSort(bson.D{{Key: "_id", Value: part.direction}}))
		if err != nil {
			return stranger, ours, err
		}
		var found []bson.Raw
		if err := cursor.All(ctx, &found); err != nil {
			return stranger, ours, err
		}
		for _, d := range found {
			keys = append(keys, d.Lookup("_id"))
		}
	}
	for _, key := range keys {
		switch {
		case m.set.isKey(key):
			ours = true
		case stranger.IsZero():
			stranger = key
		}
	}
	return stranger, ours, nil
}

// isKey reports whether a document of the set may have this _id.
func (s Set) isKey(id bson.RawValue) bool {
	key, is := id.StringValueOK()
	if s.IsKey != nil {
		return is && s.IsKey(key)
	}
	return is && order.ID(key).Valid()
}

// IsOurs reports whether nobody else needs the collection: it is missing, or no option, index or
// sampled key of it is another application's.
func (m *Migrations) IsOurs(ctx context.Context) (bool, error) {
	err := m.inspectOptionsAndIndexes(ctx)
	if errors.Is(err, ErrForeign) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	stranger, _, err := m.sample(ctx)
	return stranger.IsZero(), err
}
