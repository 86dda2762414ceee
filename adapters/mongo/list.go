package mongo

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/ports"
)

// newestFirst is the order of every list. Each index that serves lists ends with it.
var newestFirst = bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}

// List reads the newest views, in the order of an index.
func (v *OrderViews) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	if p.Limit <= 0 {
		return ctx.Err() // MongoDB would take 0 for no limit.
	}
	live, err := v.model.live(ctx)
	if err != nil {
		return fmt.Errorf("list orders: %w", err)
	}
	cursor, err := live.Find(ctx, selection(f, p.After), options.Find().SetSort(newestFirst).
		SetLimit(int64(p.Limit)).SetBatchSize(v.listed.batch(p.Limit+1)))
	if err != nil {
		return fmt.Errorf("list orders: %w", translate(ctx, err))
	}
	paced := v.listed.pace(cursor, p.Limit+1)
	defer paced.close(ctx)
	for paced.Next(ctx) {
		view, err := decodeView(paced.Current)
		if err != nil {
			return fmt.Errorf("list orders: %w", err)
		}
		if err := each(view); err != nil {
			return err
		}
	}
	if err := paced.Err(); err != nil {
		return fmt.Errorf("list orders: %w", translate(ctx, err))
	}
	return nil
}

// selection is the MongoDB filter of what f selects and comes after a place.
func selection(f ports.Filter, after ports.Place) bson.D {
	selected := bson.D{}
	for _, e := range []struct{ field, value string }{
		{"userId", f.UserID},
		{"status", string(f.Status)},
		{"paymentStatus", string(f.PaymentStatus)},
		{"fulfillmentStatus", string(f.FulfillmentStatus)},
		{"lines.sku", f.SKU},
	} {
		if e.value != "" {
			selected = append(selected, bson.E{Key: e.field, Value: e.value})
		}
	}
	from, before := ceil(f.CreatedFrom), ceil(f.CreatedTo)
	switch at := after.CreatedAt; {
	case at.IsZero(), !before.IsZero() && !at.Before(before):
		return append(selected, between(from, before)...)
	case at.Before(from):
		return append(selected, between(from, at)...) // Nothing is.
	}
	// The branches are two ranges of one index, whose entries the server merges in order.
	return append(selected, bson.E{Key: "$or", Value: bson.A{
		between(from, after.CreatedAt),
		bson.D{
			{Key: "createdAt", Value: after.CreatedAt},
			{Key: "_id", Value: bson.D{{Key: "$lt", Value: after.ID}}},
		},
	}})
}

// between selects what was created from a time on and before another, where these are not zero.
func between(from, before time.Time) bson.D {
	created := bson.D{}
	if !from.IsZero() {
		created = append(created, bson.E{Key: "$gte", Value: from})
	}
	if !before.IsZero() {
		created = append(created, bson.E{Key: "$lt", Value: before})
	}
	if len(created) == 0 {
		return nil
	}
	return bson.D{{Key: "createdAt", Value: created}}
}

// ceil returns the first whole millisecond that is not before t, for MongoDB would cut the rest
// off, and so let in what was created just before t. All views are of whole milliseconds.
func ceil(t time.Time) time.Time {
	whole := t.Truncate(time.Millisecond)
	if whole.Before(t) {
		return whole.Add(time.Millisecond)
	}
	return t
}
