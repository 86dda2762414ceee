package mongo

import (
	"context"

	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/ports"
)

var _ ports.OrderViews = (*OrderViews)(nil)

// viewsName is the collection of views: one document for each order.
const viewsName = "order_reads"

// OrderViews saves views to order_reads and reads them.
type OrderViews struct {
	latest *Latest
	views  *driver.Collection
	hub    *hub
}

// NewOrderViews returns the views of d, to be closed after use. Its migrations must have run.
func NewOrderViews(d *Database) *OrderViews {
	v := &OrderViews{latest: NewLatest(d, viewsName), views: d.collection(viewsName)}
	v.hub = newHub(v.versions)
	return v
}

// Close ends all waiting.
func (v *OrderViews) Close() { v.hub.close() }

// Save puts views in place that are newer than what is there, and tells who waits for them.
func (v *OrderViews) Save(ctx context.Context, views []ports.OrderView) []error {
	documents := make([]Document, len(views))
	for i, view := range views {
		documents[i] = Document{ID: view.ID, Version: view.Version, Content: encodeView(view)}
	}
	errs := v.latest.Save(ctx, documents)
	for i, view := range views {
		if errs == nil || errs[i] == nil {
			v.hub.saved(view.ID, view.Version)
		}
	}
	return errs
}
