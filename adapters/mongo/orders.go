package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/domain/order"
	"orders/ports"
)

var _ ports.Orders = (*OrderViews)(nil)

// Order reads one view.
func (v *OrderViews) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	raw, err := v.fetcher.fetch(ctx, id)
	if err != nil {
		return ports.OrderView{}, fmt.Errorf("read order %s: %w", id, err)
	}
	view, err := readableView(raw)
	if err != nil {
		v.TellUnread(ctx, raw.Lookup("_id"), err)
		return ports.OrderView{}, fmt.Errorf("read order %s: %w", id, err)
	}
	return view, nil
}

// Await is told of what this process saves, and looks for what others save.
func (v *OrderViews) Await(ctx context.Context, id order.ID, version int) error {
	if err := v.hub.await(ctx, id, version); err != nil {
		return fmt.Errorf("await version %d of order %s: %w", version, id, err)
	}
	return nil
}

// versions reads which versions the views of these orders have.
func (v *OrderViews) versions(
	ctx context.Context, ids []order.ID,
) (versions map[order.ID]int, err error) {
	only := options.Find().SetProjection(bson.D{{Key: "version", Value: 1}})
	found, err := v.find(ctx, ids, only)
	versions = make(map[order.ID]int, len(found))
	for id, d := range found {
		versions[id] = versionOf(d)
	}
	return versions, err
}

// documents reads the views of these orders.
func (v *OrderViews) documents(
	ctx context.Context, ids []order.ID,
) (map[order.ID]bson.Raw, error) {
	return v.find(ctx, ids, options.Find())
}

func (v *OrderViews) find(
	ctx context.Context, ids []order.ID, how *options.FindOptions,
) (map[order.ID]bson.Raw, error) {
	live, err := v.model.live(ctx)
	if err != nil {
		return nil, err
	}
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
	if len(ids) == 1 {
		filter = bson.D{{Key: "_id", Value: ids[0]}} // The server answers this without a plan.
	}
	cursor, err := live.Find(ctx, filter, how.SetBatchSize(fetchMax+1)) // All in one reply.
	if err != nil {
		return nil, err
	}
	var all []bson.Raw
	if err := cursor.All(ctx, &all); err != nil {
		return nil, err
	}
	found := make(map[order.ID]bson.Raw, len(all))
	for _, d := range all {
		found[order.ID(text(d, "_id"))] = d
	}
	return found, nil
}
