package orders

import (
	"context"
	"errors"
	"math"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/document"
	"orders/ports"
)

// timeOf is the field that a list is ordered by.
func timeOf(s ports.Sort) string {
	if s.ByUpdate {
		return "updatedAt"
	}
	return "createdAt"
}

// keysOf is the order of a list. Each index that serves lists ends with it, or with its reverse.
func keysOf(s ports.Sort) bson.D {
	direction := -1
	if s.OldestFirst {
		direction = 1
	}
	return bson.D{{Key: timeOf(s), Value: direction}, {Key: "_id", Value: direction}}
}

// selection is the MongoDB filter of what f selects and p has not shown yet.
func selection(f ports.Filter, p ports.Page) bson.D {
	selected := bson.D{}
	for _, e := range []struct{ field, value string }{
		{"userId", f.UserID},
		{"lines.sku", f.SKU},
	} {
		if e.value != "" {
			selected = append(selected, bson.E{Key: e.field, Value: e.value})
		}
	}
	selected = anyOf(selected, "status", f.Statuses)
	selected = anyOf(selected, "paymentStatus", f.PaymentStatuses)
	selected = anyOf(selected, "fulfillmentStatus", f.FulfillmentStatuses)
	if f.OnHold != nil {
		hold := bson.D{{Key: "$exists", Value: *f.OnHold}}
		selected = append(selected, bson.E{Key: "hold", Value: hold})
	}
	selected = append(selected, timesOf(f, p)...)
	if p.After.At.IsZero() {
		return selected
	}
	return append(selected, bson.E{Key: "$nor", Value: bson.A{shownAt(p.Sort, p.After)}})
}

// anyOf adds that a field has one of several values. For each of them the server reads a range of
// the field's index, and it merges these in order.
func anyOf[T any](selected bson.D, field string, values []T) bson.D {
	if len(values) == 0 {
		return selected
	}
	return append(selected, bson.E{Key: field, Value: bson.D{{Key: "$in", Value: values}}})
}

// shownAt selects what is of the very time of a place and was shown. Two ranges in an $or instead
// would keep the server from merging those of several values in order.
func shownAt(s ports.Sort, p ports.Place) bson.D {
	shown := "$gte"
	if s.OldestFirst {
		shown = "$lte"
	}
	return bson.D{
		{Key: timeOf(s), Value: p.At}, {Key: "_id", Value: bson.D{{Key: shown, Value: p.ID}}},
	}
}

// timesOf bounds both times as f says, and that of the list by the place that its pages have
// reached, too.
func timesOf(f ports.Filter, p ports.Page) (bounds bson.D) {
	created := period{from: f.CreatedFrom, before: f.CreatedTo}
	updated := period{from: f.UpdatedFrom, before: f.UpdatedTo}
	listed := &created
	if p.Sort.ByUpdate {
		listed = &updated
	}
	listed.isDated = true
	// The index of those on hold begins with when they were created: without a bound of that, the
	// server would not use it for a list by the last change, and look at each order.
	created.isDated = created.isDated || f.OnHold != nil && *f.OnHold
	switch at := p.After.At; {
	case !p.Sort.OldestFirst:
		listed.last = at
	case listed.from.Before(at):
		listed.from = at
	}
	if times := created.times(); len(times) > 0 {
		bounds = append(bounds, bson.E{Key: "createdAt", Value: times})
	}
	if times := updated.times(); len(times) > 0 {
		bounds = append(bounds, bson.E{Key: "updatedAt", Value: times})
	}
	return bounds
}

// A period is from a time on, before another, and not after a last one, where these are not zero.
type period struct {
	from, before, last time.Time
	isDated            bool // It leaves out what happened at no time at all.
}

// times selects the times in p. To MongoDB that is none but times, so it passes over all that
// happened at something else.
func (p period) times() (times bson.D) {
	for _, bound := range []struct {
		operator string
		at       time.Time
	}{{"$gte", ceil(p.from)}, {"$lt", ceil(p.before)}, {"$lte", p.last}} {
		if !bound.at.IsZero() {
			times = append(times, bson.E{Key: bound.operator, Value: bound.at})
		}
	}
	if p.isDated && len(times) == 0 {
		return isDated
	}
	return times
}

// isDated selects times, whichever.
var isDated = bson.D{{Key: "$gte", Value: primitive.DateTime(math.MinInt64)}}

// ceil returns the first whole millisecond that is not before t, for MongoDB would cut the rest
// off, and so let in what happened just before t. All views are of whole milliseconds.
func ceil(t time.Time) time.Time {
	whole := t.Truncate(time.Millisecond)
	if whole.Before(t) {
		return whole.Add(time.Millisecond)
	}
	return t
}

// undatedInterval passes between looks for what no list comes across, undatedMax of it at once.
const undatedInterval, undatedMax = 10 * time.Second, 10

// logUndated logs documents of which a time is none, which no list by that time comes across. It
// looks for them once in undatedInterval, by indexes.
func (v *Views) logUndated(ctx context.Context, live *driver.Collection) {
	last, now := v.undatedAt.Load(), time.Now().UnixNano()
	if now-last < int64(undatedInterval) || !v.undatedAt.CompareAndSwap(last, now) {
		return
	}
	var undated bson.A
	for _, field := range []string{"createdAt", "updatedAt"} {
		is := bson.D{{Key: "$not", Value: isDated}}
		undated = append(undated, bson.D{{Key: field, Value: is}})
	}
	cursor, err := live.Find(ctx, bson.D{{Key: "$or", Value: undated}}, options.Find().
		SetLimit(undatedMax).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	var found []bson.Raw
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		return // The list will say so.
	}
	for _, raw := range found {
		v.LogUnreadable(ctx, raw.Lookup("_id"), errUndated)
	}
}

var errUndated = document.Unreadable("view", errors.New("its createdAt or updatedAt is no time"))
