package orders

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/ports"
)

// newestFirst is the order of every list. Each index that serves lists ends with it.
var newestFirst = bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}

// List reads the newest views, in the order of an index. Those that cannot be read it leaves out,
// and reads more instead.
func (v *Views) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	if p.Limit <= 0 {
		return ctx.Err() // MongoDB would take 0 for no limit.
	}
	live, err := v.Live(ctx)
	if err != nil {
		return fmt.Errorf("list orders: %w", err)
	}
	v.tellUndated(ctx, live)
	hand := func(view ports.OrderView) error {
		p.Limit, p.After = p.Limit-1, view.Place()
		return each(view)
	}
	for most := p.Limit; ; most *= 2 {
		seen, err := v.list(ctx, live, f, &p, most, hand)
		if err != nil || seen < most || p.Limit == 0 {
			return err
		}
	}
}

// list hands over the views among the first documents of what is left of a page, most of them at
// most, and returns how many these are.
func (v *Views) list(
	ctx context.Context, live *driver.Collection, f ports.Filter, left *ports.Page, most int,
	hand func(ports.OrderView) error,
) (seen int, err error) {
	found, err := live.Find(ctx, selection(f, left.After), options.Find().SetSort(newestFirst).
		SetLimit(int64(most)).SetBatchSize(v.listed.Batch(most+1)))
	if err != nil {
		return 0, fmt.Errorf("list orders: %w", client.Translate(ctx, err))
	}
	cursor := v.listed.Pace(found, most+1)
	defer cursor.Close(ctx)
	for ; left.Limit > 0 && cursor.Next(ctx); seen++ {
		view, err := readableView(cursor.Current)
		if err != nil {
			v.TellUnread(ctx, cursor.Current.Lookup("_id"), err)
			continue
		}
		if err := hand(view); err != nil {
			return seen, err
		}
	}
	if err := cursor.Err(); err != nil {
		return seen, fmt.Errorf("list orders: %w", client.Translate(ctx, err))
	}
	return seen, nil
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
	if f.OnHold != nil {
		hold := bson.D{{Key: "$exists", Value: *f.OnHold}}
		selected = append(selected, bson.E{Key: "hold", Value: hold})
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

// isDated selects times, whichever.
var isDated = bson.D{{Key: "$gte", Value: primitive.DateTime(math.MinInt64)}}

// undatedEvery passes between looks for what no list comes across, undatedMax of it at once.
const undatedEvery, undatedMax = 10 * time.Second, 10

// tellUndated tells the log of documents that no list comes across, as they were created at no
// time. It looks for them once in a while, by the index of all.
func (v *Views) tellUndated(ctx context.Context, live *driver.Collection) {
	last, now := v.undatedAt.Load(), time.Now().UnixNano()
	if now-last < int64(undatedEvery) || !v.undatedAt.CompareAndSwap(last, now) {
		return
	}
	undated := bson.D{{Key: "createdAt", Value: bson.D{{Key: "$not", Value: isDated}}}}
	cursor, err := live.Find(ctx, undated, options.Find().SetLimit(undatedMax).
		SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "createdAt", Value: 1}}))
	var found []bson.Raw
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		return // The list will say so.
	}
	for _, raw := range found {
		v.TellUnread(ctx, raw.Lookup("_id"), errUndated)
	}
}

var errUndated = document.Unreadable("view", errors.New("it was created at no time"))

// between selects what was created from a time on and before another, where these are not zero. To
// MongoDB that is none but times, so it passes over all that was created at something else.
func between(from, before time.Time) bson.D {
	created := bson.D{}
	if from.IsZero() && before.IsZero() {
		created = isDated
	}
	if !from.IsZero() {
		created = append(created, bson.E{Key: "$gte", Value: from})
	}
	if !before.IsZero() {
		created = append(created, bson.E{Key: "$lt", Value: before})
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
