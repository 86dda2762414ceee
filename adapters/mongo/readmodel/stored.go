package readmodel

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// Stored reads a run of the live views as they are stored.
func (v *Views[V]) Stored(ctx context.Context, r ports.Range) ([]ports.Stored[V], error) {
	if r.Limit <= 0 {
		return nil, ctx.Err()
	}
	found, err := v.stored(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("read what is stored in %s: %w",
			v.model.set.Collection, client.Translate(ctx, err))
	}
	stored := make([]ports.Stored[V], len(found))
	for i, is := range found {
		stored[i] = ports.Stored[V]{
			ID: order.ID(document.Text(is, "_id")), Version: document.Version(is),
			Differences: func(right V) []ports.Difference {
				return document.Differences(is, v.form(right).Content)
			},
		}
	}
	return stored, nil
}

func (v *Views[V]) stored(ctx context.Context, r ports.Range) (found []bson.Raw, err error) {
	live, err := v.Durable(ctx)
	if err != nil {
		return nil, err
	}
	ids := bson.D{{Key: "$gte", Value: r.From}}
	if r.Through != "" {
		ids = append(ids, bson.E{Key: "$lte", Value: r.Through})
	}
	cursor, err := v.model.db.FindDurable(ctx, live, bson.D{{Key: "_id", Value: ids}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(r.Limit)))
	if err != nil {
		return nil, err
	}
	defer client.CloseSoon(ctx, cursor)
	for cursor.Next(ctx) {
		found = append(found, slices.Clone(cursor.Current))
	}
	return found, cursor.Err()
}

// Repair writes by compare-and-set to the live views. It asks for the state, since a switch is
// sooner noticed that way; one that comes in between leaves the flaw, and the next look finds it.
func (v *Views[V]) Repair(ctx context.Context, id order.ID, seen int, right *V) error {
	err := v.repair(ctx, id, seen, right)
	if err != nil {
		return fmt.Errorf("repair order %s at version %d: %w", id, seen, client.Translate(ctx, err))
	}
	return nil
}

func (v *Views[V]) repair(ctx context.Context, id order.ID, seen int, right *V) error {
	s, err := v.model.read(ctx)
	if err != nil {
		return err
	}
	live := v.model.collection(s.Live.Number)
	at := bson.D{{Key: "_id", Value: id}, isAt(seen)}
	if right == nil {
		return deleteAt(ctx, live, at, seen)
	}
	replace := client.Update
	if seen == 0 {
		replace = client.Upsert
	}
	done, err := client.UpdateOne(ctx, live, client.Once, replace(at, v.form(*right).Content))
	if err == nil && !done {
		err = ports.ErrConflict
	}
	return err
}

// deleteAt deletes what is there at a version. Where none was seen, and none is, that is done.
func deleteAt(ctx context.Context, live *driver.Collection, at bson.D, seen int) error {
	done, err := client.DeleteOne(ctx, live, client.Once, at)
	if err != nil || done {
		return err
	}
	if seen == 0 {
		there, err := live.CountDocuments(ctx, at[:1])
		if err != nil || there == 0 {
			return err
		}
	}
	return ports.ErrConflict
}

// isAt selects what is at a version, 0 for none.
func isAt(version int) bson.E {
	within := func(from, to int64) bson.D {
		return bson.D{{Key: "version", Value: bson.D{
			{Key: "$gte", Value: from}, {Key: "$lt", Value: to},
			{Key: "$not", Value: bson.D{{Key: "$type", Value: "array"}}}, // It is not its elements.
		}}}
	}
	if version == 0 {
		return bson.E{Key: "$nor", Value: bson.A{within(1, document.VersionsEnd)}}
	}
	return within(int64(version), int64(version)+1)[0]
}
