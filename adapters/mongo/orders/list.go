package orders

import (
	"context"
	"fmt"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/ports"
)

// List reads views in the order of an index. Those that cannot be read it leaves out, and reads
// more instead.
func (v *Views) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	if p.Limit <= 0 {
		return ctx.Err() // MongoDB would take 0 for no limit.
	}
	live, err := v.Latest(ctx)
	if err != nil {
		return fmt.Errorf("list orders: %w", err)
	}
	v.logUndated(ctx, live)
	hand := func(view ports.OrderView) error {
		p.Limit, p.After = p.Limit-1, p.Sort.Place(view)
		return each(view)
	}
	for most := p.Limit; ; most *= 2 {
		seen, err := v.list(ctx, live, f, &p, most, hand)
		if err != nil || seen < most || p.Limit == 0 {
			return err
		}
	}
}

// list hands over the views among the first documents of what is left of a page, most of them at
// most, and returns how many these are.
func (v *Views) list(
	ctx context.Context, live *driver.Collection, f ports.Filter, left *ports.Page, most int,
	hand func(ports.OrderView) error,
) (seen int, err error) {
	found, err := live.Find(ctx, selection(f, *left), options.Find().SetSort(keysOf(left.Sort)).
		SetLimit(int64(most)).SetBatchSize(v.listed.Batch(most+1)))
	if err != nil {
		return 0, fmt.Errorf("list orders: %w", client.Translate(ctx, err))
	}
	cursor := v.listed.Pace(found, most+1)
	defer cursor.Close(ctx)
	for ; left.Limit > 0 && cursor.Next(ctx); seen++ {
		view, err := readableView(cursor.Current)
		if err != nil {
			v.LogUnreadable(ctx, cursor.Current.Lookup("_id"), err)
			continue
		}
		if err := hand(view); err != nil {
			return seen, err
		}
	}
	if err := cursor.Err(); err != nil {
		return seen, fmt.Errorf("list orders: %w", client.Translate(ctx, err))
	}
	return seen, nil
}
