package mongo

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// viewDocument is an order in order_reads.
type viewDocument struct {
	ID           order.ID          `bson:"_id"`
	Version      int               `bson:"version"`
	UserID       string            `bson:"userId"`
	Status       order.Status      `bson:"status"`
	CreatedAt    time.Time         `bson:"createdAt"`
	UpdatedAt    time.Time         `bson:"updatedAt"`
	Lines        []lineData        `bson:"lines,omitempty"`
	Cancellation *cancellationData `bson:"cancellation,omitempty"`

	// These follow from the lines. They are for people who look into the database, and not read.
	Total     moneyData `bson:"total"`
	ItemCount int       `bson:"itemCount"`
}

func encodeView(v ports.OrderView) (bson.Raw, error) {
	d := viewDocument{
		ID: v.ID, Version: v.Version, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
		UserID: v.Order.UserID, Status: v.Order.Status, Lines: encodeLines(v.Order.Lines),
		Total: moneyData(v.Order.Total()), ItemCount: v.Order.ItemCount(),
	}
	if v.Order.Cancellation != (order.Cancellation{}) {
		cancellation := cancellationData(v.Order.Cancellation)
		d.Cancellation = &cancellation
	}
	return bson.Marshal(d)
}

func decodeView(raw bson.Raw) (ports.OrderView, error) {
	var d viewDocument
	if err := bson.Unmarshal(raw, &d); err != nil {
		return ports.OrderView{}, unreadable("view", err)
	}
	v := ports.OrderView{
		ID: d.ID, Version: d.Version, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		Order: order.Order{UserID: d.UserID, Status: d.Status, Lines: decodeLines(d.Lines)},
	}
	if d.Cancellation != nil {
		v.Order.Cancellation = order.Cancellation(*d.Cancellation)
	}
	return v, nil
}
