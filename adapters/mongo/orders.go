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
	live, err := v.model.live(ctx)
	var raw bson.Raw
	if err == nil {
		raw, err = live.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Raw()
	}
	if err != nil {
		return ports.OrderView{}, fmt.Errorf("read order %s: %w", id, translate(ctx, err))
	}
	view, err := decodeView(raw)
	if err != nil {
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
	live, err := v.model.live(ctx)
	if err != nil {
		return nil, err
	}
	cursor, err := live.Find(ctx,
		bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: "version", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var found []bson.Raw
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	versions = make(map[order.ID]int, len(found))
	for _, d := range found {
		versions[order.ID(text(d, "_id"))] = versionOf(d)
	}
	return versions, nil
}
