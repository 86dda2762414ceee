package orders

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

var _ ports.Orders = (*Views)(nil)

// Order reads one view.
func (v *Views) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	return v.one(ctx, v.reader, id)
}

func (v *Views) one(
	ctx context.Context, reader *batchReader, id order.ID,
) (ports.OrderView, error) {
	raw, err := reader.readOne(ctx, id)
	if err != nil {
		return ports.OrderView{}, fmt.Errorf("read order %s: %w", id, err)
	}
	view, err := readableView(raw)
	if err != nil {
		v.LogUnreadable(ctx, raw.Lookup("_id"), err)
		return ports.OrderView{}, fmt.Errorf("read order %s: %w", id, err)
	}
	return view, nil
}

// Await learns at once of what this process saves, and by polling of what others save.
func (v *Views) Await(ctx context.Context, id order.ID, version int) error {
	if err := v.awaits.await(ctx, id, version); err != nil {
		return fmt.Errorf("await version %d of order %s: %w", version, id, err)
	}
	return nil
}

// Owners reads no more than the users of the orders.
func (v *Views) Owners(
	ctx context.Context, ids []order.ID,
) (owners map[order.ID]string, err error) {
	owners = make(map[order.ID]string, len(ids))
	if len(ids) == 0 {
		return owners, ctx.Err()
	}
	err = v.field(ctx, ids, "userId", func(id order.ID, d bson.Raw) {
		if user, isText := d.Lookup("userId").StringValueOK(); isText {
			owners[id] = user
		}
	})
	if err != nil {
		return nil, fmt.Errorf("read whose orders these are: %w", client.Translate(ctx, err))
	}
	return owners, nil
}

// versions reads which versions the views of these orders have.
func (v *Views) versions(
	ctx context.Context, ids []order.ID,
) (versions map[order.ID]int, err error) {
	versions = make(map[order.ID]int, len(ids))
	err = v.field(ctx, ids, "version", func(id order.ID, d bson.Raw) {
		versions[id] = document.Version(d)
	})
	return versions, err
}

// field hands found one field of each of these orders' views, in one reply.
func (v *Views) field(
	ctx context.Context, ids []order.ID, name string, found func(order.ID, bson.Raw),
) error {
	only := options.Find().SetProjection(bson.D{{Key: name, Value: 1}})
	live, err := v.Latest(ctx)
	if err != nil {
		return err
	}
	cursor, err := find(ctx, live, ids, only.SetBatchSize(int32(len(ids))+1))
	if err != nil {
		return err
	}
	defer client.CloseSoon(ctx, cursor)
	for cursor.Next(ctx) {
		found(order.ID(document.Text(cursor.Current, "_id")), cursor.Current)
	}
	return cursor.Err()
}

// documents reads the views of these orders, for the batch reader.
func (v *Views) documents(
	ctx context.Context, ids []order.ID, found func(order.ID, bson.Raw),
) error {
	live, err := v.Latest(ctx)
	if err != nil {
		return err
	}
	return v.documentsIn(ctx, live, ids, found)
}

func (v *Views) documentsIn(
	ctx context.Context, views *driver.Collection, ids []order.ID,
	found func(order.ID, bson.Raw),
) error {
	cursor, err := find(ctx, views, ids, options.Find().SetBatchSize(v.single.Batch(readMax+1)))
	if err != nil {
		return err
	}
	paced := v.single.Pace(cursor, readMax+1)
	defer paced.Close(ctx)
	for paced.Next(ctx) {
		found(order.ID(document.Text(paced.Current, "_id")), paced.Current)
	}
	return paced.Err()
}

func find(
	ctx context.Context, views *driver.Collection, ids []order.ID, how *options.FindOptions,
) (*driver.Cursor, error) {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
	if len(ids) == 1 {
		filter = bson.D{{Key: "_id", Value: ids[0]}} // The server answers this without a plan.
	}
	return views.Find(ctx, filter, how)
}
