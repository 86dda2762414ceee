package mongo

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// Views are made by this program, but somebody may change what is stored, or store something else
// beside it. What cannot be shown is left out of lists and sums, and the log names it.

// storedVersion is an expression for versionOf, but for the rounding.
var storedVersion = bson.D{{Key: "$cond", Value: bson.A{
	bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$isNumber", Value: "$version"}},
		bson.D{{Key: "$lt", Value: bson.A{"$version", int64(document.VersionsEnd)}}},
	}}}, "$version", 0,
}}}

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

// readableView reads a view that can be shown. The error wraps ports.ErrUnreadable.
func readableView(raw bson.Raw) (ports.OrderView, error) {
	v, err := decodeView(raw)
	if err == nil {
		if flaw := flawOf(v); flaw != "" {
			err = document.Unreadable("view", errors.New(flaw))
		}
	}
	if err != nil {
		return ports.OrderView{}, err
	}
	return v, nil
}

// yearMax is the last one that RFC 3339 can write.
const yearMax = 9999

// flawOf tells why a view cannot be of an order; empty if it can.
func flawOf(v ports.OrderView) string {
	isTime := func(t time.Time) bool { return t.UnixMilli() >= 0 && t.Year() <= yearMax }
	o := v.Order
	switch {
	case !v.ID.Valid():
		return "its _id is no order's"
	case v.Version < 1 || v.Version >= document.VersionsEnd:
		return "its version is no order's"
	case !isTime(v.CreatedAt) || !isTime(v.UpdatedAt):
		return "it has no times"
	case o.UserID == "":
		return "it has no user"
	case !slices.Contains(order.Statuses, o.Status):
		return "its status is unknown"
	case len(o.Lines) == 0 || slices.ContainsFunc(o.Lines, isNoLine):
		return "its lines are no order's"
	}
	return ""
}

func isNoLine(l order.Line) bool {
	return l.SKU == "" || l.Quantity < 1 || l.Quantity > math.MaxInt32 ||
		l.Price.Minor < 0 || l.Price.Minor > order.MinorMax || !l.Price.Currency.Known()
}

// LogTo makes d tell log what cannot be read. It is to be called before d is used.
func (d *Database) LogTo(log *slog.Logger) { d.log = log }

// TellUnread tells the log, once, of a document that cannot be read.
func (v *Views[V]) TellUnread(ctx context.Context, id bson.RawValue, why error) {
	key := document.Key(id)
	if m := v.model; m.unread.isNews(key) {
		m.db.log.ErrorContext(ctx, "A document cannot be read; "+
			"`orders projection verify --repair` puts it right.",
			"readModel", m.set.Collection, "_id", key, "error", why)
	}
}

// Of at most unreadMax documents each is told once in unreadTime.
const unreadMax, unreadTime = 100, time.Hour

// unread remembers what the log was told of.
type unread struct {
	mu    sync.Mutex
	told  map[string]bool
	since time.Time
	asked time.Time
}

// isDue reports whether it is so long ago that it said so.
func (u *unread) isDue(every time.Duration) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Since(u.asked) < every {
		return false
	}
	u.asked = time.Now()
	return true
}

func (u *unread) isNews(key string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Since(u.since) > unreadTime {
		u.told, u.since = map[string]bool{}, time.Now()
	}
	if u.told[key] || len(u.told) >= unreadMax {
		return false
	}
	u.told[key] = true
	return true
}
