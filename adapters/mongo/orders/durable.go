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
	l := &Durable{views: v, feed: f}
	l.reader = newBatchReader(l.documents)
	return l
}

// Order implements ports.DurableOrders.
func (l *Durable) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	return l.views.one(ctx, l.reader, id)
}

// Owners implements ports.DurableOrders. Whose an order is never changes.
func (l *Durable) Owners(
	ctx context.Context, ids []order.ID,
) (map[order.ID]string, error) {
	return l.views.Owners(ctx, ids)
}

// documents reads the views of these orders, for the batch reader.
func (l *Durable) documents(
	ctx context.Context, ids []order.ID, found func(order.ID, bson.Raw),
) error {
	durable, err := l.views.Durable(ctx)
	if err != nil {
		return err
	}
	ctx, end, err := l.feed.SeeingAllTold(ctx)
	if err != nil {
		return err
	}
	defer end()
	return l.views.documentsIn(ctx, durable, ids, found)
}

// Close ends all reading.
func (l *Durable) Close() { l.reader.close() }
