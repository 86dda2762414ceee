package mongo

import (
	"context"
	"embed"
	"sync/atomic"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/ports"
)

// viewsName is the collection of views: one document for each order.
const viewsName = "order_reads"

//go:embed migrations/read
var readFiles embed.FS

// ReadSet is the migrations of the views.
var ReadSet = migrate.Set{Collection: viewsName, Files: readFiles, Folder: "migrations/read"}

// OrderViews saves views to order_reads and reads them.
type OrderViews struct {
	*Views[ports.OrderView]
	hub     *hub
	fetcher *fetcher

	single, listed client.Sizes // Of the documents that fetcher and lists read.

	undatedAt atomic.Int64 // When it was last looked for, in nanoseconds since 1970.
}

// NewOrderViews returns the views of d, to be closed after use. Its migrations must have run.
func NewOrderViews(d *client.Database) *OrderViews {
	v := &OrderViews{Views: NewViews(OpenModel(d, ReadSet), orderForm)}
	v.hub, v.fetcher = newHub(v.versions), newFetcher(v.documents)
	return v
}

// Model is all that keeping the views takes.
func (v *OrderViews) Model() ports.ReadModel[ports.OrderView] { return v.Views.Model(v) }

func orderForm(v ports.OrderView) Document {
	return Document{ID: v.ID, Version: v.Version, Content: encodeView(v)}
}

// Close ends all waiting and reading.
func (v *OrderViews) Close() {
	v.hub.close()
	v.fetcher.close()
}

// Save puts views in place that are newer than what is there, and tells who waits for them.
func (v *OrderViews) Save(ctx context.Context, views []ports.OrderView) []error {
	errs := v.Views.Save(ctx, views)
	for i, view := range views {
		if errs == nil || errs[i] == nil {
			v.hub.saved(view.ID, view.Version)
		}
	}
	return errs
}
