package orders

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/readmodel"
	"orders/domain/order"
	"orders/ports"
)

var _ ports.LastingOrders = (*Lasting)(nil)

// Lasting reads what a majority has, so that no failover takes back what it returns.
//
// A primary that was elected a moment ago has all that a majority has, but does not know yet that a
// majority has it. It would show less than the feed has told, and nobody would be told again. So
// each read waits until it sees what the followers of the feed were told (afterClusterTime).
type Lasting struct {
	views  *Views
	feed   *readmodel.Feed
	reader *batchReader
}

// NewLasting returns what lasts of the views, to be closed after use.
func NewLasting(v *Views, f *readmodel.Feed) *Lasting {
	l := &Lasting{views: v, feed: f}
	l.reader = newBatchReader(l.documents)
	return l
}

// Order implements ports.LastingOrders.
func (l *Lasting) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	return l.views.one(ctx, l.reader, id)
}

// Owners implements ports.LastingOrders. Whose an order is never changes.
func (l *Lasting) Owners(
	ctx context.Context, ids []order.ID,
) (map[order.ID]string, error) {
	return l.views.Owners(ctx, ids)
}

// documents reads the views of these orders, for the batch reader.
func (l *Lasting) documents(
	ctx context.Context, ids []order.ID, found func(order.ID, bson.Raw),
) error {
	lasting, err := l.views.Lasting(ctx)
	if err != nil {
		return err
	}
	ctx, end, err := l.feed.SeeingAllTold(ctx)
	if err != nil {
		return err
	}
	defer end()
	return l.views.documentsIn(ctx, lasting, ids, found)
}

// Close ends all reading.
func (l *Lasting) Close() { l.reader.close() }
