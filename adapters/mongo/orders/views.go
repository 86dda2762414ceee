// Package orders keeps the read model of orders, and answers queries about them.
package orders

import (
	"embed"
	"sync/atomic"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/readmodel"
	"orders/ports"
)

// ViewsName is the collection of views: one document for each order.
const ViewsName = "order_reads"

//go:embed migrations
var files embed.FS

// Set is the migrations of the views.
var Set = migrate.Set{
	Collection: ViewsName, Holds: "read model orders", Files: files, Folder: "migrations",
}

// Views saves views to order_reads and reads them.
type Views struct {
	*readmodel.Views[ports.OrderView]
	awaits *awaits
	reader *batchReader

	single, listed client.Sizes // Of the documents that the batch reader and lists read.

	undatedAt atomic.Int64 // When it was last looked for, in nanoseconds since 1970.
}

// New returns the views of d, to be closed after use. Its migrations must have run.
func New(d *client.Database) *Views {
	v := &Views{Views: readmodel.NewViews(readmodel.Open(d, Set), orderForm)}
	v.awaits, v.reader = newAwaits(v.versions), newBatchReader(v.documents)
	v.OnSave(v.awaits.saved)
	return v
}

func orderForm(v ports.OrderView) readmodel.Document {
	return readmodel.Document{ID: v.ID, Version: v.Version, Content: encodeView(v)}
}

// Close ends all waiting and reading.
func (v *Views) Close() {
	v.awaits.close()
	v.reader.close()
}
