package orders

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/readmodel"
	"orders/domain/order"
	"orders/ports"
)

var _ ports.DurableOrders = (*Durable)(nil)

// Durable reads what a majority has, so that no failover takes back what it returns.
//
// A primary that was elected a moment ago has all that a majority has, but does not know yet that a
// majority has it. It would show less than the feed has told, and nobody would be told again. So
// each read waits until it sees what the followers of the feed were told (afterClusterTime).
type Durable struct {
	views  *Views
	feed   *readmodel.Feed
	reader *batchReader
}

// NewDurable returns the durable reading of v, to be closed after use.
func NewDurable(v *Views, f *readmodel.Feed) *Durable {
	d := &Durable{views: v, feed: f}
	d.reader = newBatchReader(d.documents)
	return d
}

// Order implements ports.DurableOrders.
func (d *Durable) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	return d.views.one(ctx, d.reader, id)
}

// Owners implements ports.DurableOrders. Whose an order is never changes.
func (d *Durable) Owners(
	ctx context.Context, ids []order.ID,
) (map[order.ID]string, error) {
	return d.views.Owners(ctx, ids)
}

// documents reads the views of these orders, for the batch reader.
func (d *Durable) documents(
	ctx context.Context, ids []order.ID, found func(order.ID, bson.Raw),
) error {
	durable, err := d.views.Durable(ctx)
	if err != nil {
		return err
	}
	ctx, end, err := d.feed.SeeingAllTold(ctx)
	if err != nil {
		return err
	}
	defer end()
	return d.views.documentsIn(ctx, durable, ids, found)
}

// Close ends all reading.
func (d *Durable) Close() { d.reader.close() }
