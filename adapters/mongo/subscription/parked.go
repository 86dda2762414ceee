package subscription

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/pipeline"
	"orders/domain/order"
	"orders/ports"
)

var _ ports.Parked = (*Parked)(nil)

// ParkedCollection is that of the orders that subscriptions have parked.
const ParkedCollection = "order_subscription_parked"

// Parked keeps the parked orders of one subscription or read model. Several share a collection, in
// which a document is {_id: "<name>/<orderId>", orderId, version, reason, since, tries}. Only its
// key is relied on: whatever somebody made of the others, it can be listed, parked again and
// released.
type Parked struct {
	orders *driver.Collection
	name   string
}

// NewParked returns the parked orders that a collection has under a name without a slash.
func NewParked(in *driver.Collection, name string) *Parked { return &Parked{in, name} }

const (
	// parkDocs limits one write, which is one message to the server.
	parkDocs = 1000
	// upsertTries bounds how often an upsert that lost a race is repeated.
	upsertTries = 10
	// afterKeys is what no key of the same name comes after: it follows the slash.
	afterKeys = "0"
)

func (p *Parked) key(id order.ID) string { return p.name + "/" + string(id) }

// Park upserts the orders; the server counts their tries.
func (p *Parked) Park(ctx context.Context, orders []ports.ParkedOrder) error {
	for some := range slices.Chunk(orders, parkDocs) {
		if err := p.park(ctx, some); err != nil {
			return fmt.Errorf("park orders of %s: %w", p.name, client.Translate(ctx, err))
		}
	}
	return ctx.Err()
}

func (p *Parked) park(ctx context.Context, orders []ports.ParkedOrder) error {
	for try := 1; len(orders) > 0; try++ {
		statements := make([]bson.Raw, len(orders))
		for i, o := range orders {
			var err error
			if statements[i], err = bson.Marshal(p.upsert(o)); err != nil {
				return err
			}
		}
		refused, err := client.WriteAll(ctx, p.orders, client.Updates, statements)
		switch {
		case err != nil && try == 1 && client.Idempotent(err):
			continue // At worst some orders have one more try.
		case err != nil:
			return err
		}
		var again []ports.ParkedOrder
		for i, refusal := range refused {
			if !client.IsTaken(refusal) || try == upsertTries {
				return client.RefusalOf(refusal)
			}
			again = append(again, orders[i])
		}
		orders = again
	}
	return nil
}

func (p *Parked) upsert(o ports.ParkedOrder) bson.D {
	return client.Upsert(bson.D{{Key: "_id", Value: p.key(o.ID)}}, driver.Pipeline{pipeline.Set(
		bson.E{Key: "orderId", Value: pipeline.Literal(o.ID)},
		bson.E{Key: "version", Value: pipeline.Max(document.StoredVersion, o.Version)},
		bson.E{Key: "reason", Value: pipeline.Literal(o.Reason)},
		bson.E{Key: "since", Value: pipeline.IfIs("date", "$since", o.Since)},
		bson.E{Key: "tries", Value: pipeline.Plus(pipeline.IfIs("int", "$tries", 0), 1)},
	)})
}

// Release deletes the order unless a later version is parked. Whether there was one matters not,
// nor what is no version.
func (p *Parked) Release(ctx context.Context, id order.ID, version int) error {
	_, err := client.DeleteOne(ctx, p.orders, client.Idempotent, bson.D{
		{Key: "_id", Value: p.key(id)},
		{Key: "version", Value: bson.D{{Key: "$not", Value: bson.D{
			{Key: "$gt", Value: version}, {Key: "$lt", Value: int64(document.VersionsEnd)},
		}}}},
	})
	if err != nil {
		return fmt.Errorf("release order %s of %s: %w", id, p.name, client.Translate(ctx, err))
	}
	return nil
}

// List reads a run of keys.
func (p *Parked) List(
	ctx context.Context, after order.ID, limit int,
) ([]ports.ParkedOrder, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	cursor, err := p.orders.Find(ctx, bson.D{{Key: "_id", Value: bson.D{
		{Key: "$gt", Value: p.key(after)}, {Key: "$lt", Value: p.name + afterKeys},
	}}}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	var found []bson.Raw
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		return nil, fmt.Errorf("list parked orders of %s: %w", p.name, client.Translate(ctx, err))
	}
	var orders []ports.ParkedOrder
	for _, d := range found {
		orders = append(orders, p.read(d))
	}
	return orders, nil
}

func (p *Parked) read(d bson.Raw) ports.ParkedOrder {
	since, _ := d.Lookup("since").TimeOK()
	reason, _ := d.Lookup("reason").StringValueOK()
	return ports.ParkedOrder{
		ID:      order.ID(document.Valid(strings.TrimPrefix(document.Text(d, "_id"), p.key("")))),
		Version: document.Version(d), Reason: document.Valid(reason), Since: since.UTC(),
		Tries: int(document.Number(d.Lookup("tries"))),
	}
}
