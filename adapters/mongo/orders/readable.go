package orders

import (
	"errors"
	"math"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// Views are made by this program, but somebody may change what is stored, or store something else
// beside it. What cannot be shown is left out of lists and sums, and the log names it.

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

// isNoLine leaves the price to the decoder, which reads no amount that an order cannot have.
func isNoLine(l order.Line) bool {
	return l.SKU == "" || l.Quantity < 1 || l.Quantity > math.MaxInt32
}
