package readmodel

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/migrate"
	"orders/ports"
)

// Strays finds documents whose _id is no text.
func (v *Views[V]) Strays(ctx context.Context, each func(ports.Stray) error) error {
	live, err := v.Durable(ctx)
	if err != nil {
		return fmt.Errorf("look for strays in %s: %w", v.model.set.Collection, err)
	}
	cursor, err := live.Find(ctx, bson.D{{Key: "_id", Value: migrate.NoText}},
		options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return fmt.Errorf("look for strays in %s: %w", live.Name(), client.Translate(ctx, err))
	}
	defer client.CloseSoon(ctx, cursor)
	for cursor.Next(ctx) {
		id := cursor.Current.Lookup("_id")
		stray := ports.Stray{Key: document.Key(id), Remove: removal(live, id)}
		if err := each(stray); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return fmt.Errorf("look for strays in %s: %w", live.Name(), client.Translate(ctx, err))
	}
	return nil
}

// removal returns a function that deletes the document with an _id of any type.
func removal(live *mongo.Collection, id bson.RawValue) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		removed, err := client.DeleteOne(ctx, live, client.Once,
			bson.D{{Key: "_id", Value: bson.D{{Key: "$eq", Value: id}}}})
		if err != nil {
			return false, fmt.Errorf("take %s from %s: %w",
				document.Key(id), live.Name(), client.Translate(ctx, err))
		}
		return removed, nil
	}
}
