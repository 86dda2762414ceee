package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/document"
	"orders/ports"
)

// isNoText selects keys of all types but text, as two ranges of the index on them.
var isNoText = bson.D{{Key: "$not", Value: bson.D{{Key: "$gte", Value: ""}}}}

// Strays finds documents whose _id is no text.
func (v *Views[V]) Strays(
	ctx context.Context, remove bool, tell func(ports.Stray) error,
) error {
	live, err := v.model.live(ctx)
	if err != nil {
		return fmt.Errorf("look for strays in %s: %w", v.model.set.Collection, err)
	}
	cursor, err := live.Find(ctx, bson.D{{Key: "_id", Value: isNoText}},
		options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return fmt.Errorf("look for strays in %s: %w", live.Name(), translate(ctx, err))
	}
	defer closeSoon(ctx, cursor)
	for cursor.Next(ctx) {
		id := cursor.Current.Lookup("_id")
		stray := ports.Stray{Key: document.Key(id)}
		if remove {
			stray.Removed, err = writeOne(ctx, live, driver.NewDeleteOneModel().SetFilter(
				bson.D{{Key: "_id", Value: bson.D{{Key: "$eq", Value: id}}}}))
		}
		if err != nil {
			return fmt.Errorf("take %s from %s: %w", stray.Key, live.Name(), translate(ctx, err))
		}
		if err := tell(stray); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return fmt.Errorf("look for strays in %s: %w", live.Name(), translate(ctx, err))
	}
	return nil
}
