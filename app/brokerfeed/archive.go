package brokerfeed

import (
	"context"

	"orders/app/relay"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

// pageOrders is how many orders are read from the archive at once.
const pageOrders = 200

// begin hands over all that the archive has. The offset to go on from is taken before.
func (r *follower) begin(ctx context.Context) error {
	if err := r.deliver(ports.Batch{}); err != nil { // Says that this is the beginning.
		return err
	}
	from, err := r.findTopic(ctx)
	if err != nil {
		return err
	}
	for last, isLast := order.ID(""), false; !isLast; {
		if last, isLast, err = r.readPage(ctx, last); r.failed != nil || ctx.Err() != nil {
			return err
		}
		if err != nil {
			r.log.Warn("The archive could not be read, and is read on", "error", err)
			_ = clock.Sleep(ctx, restTime)
		}
	}
	r.at = from
	return nil
}

// readPage hands over the commits of some orders from one on. It returns the last order, from which
// to go on, and whether there are no more.
func (r *follower) readPage(
	ctx context.Context, from order.ID,
) (last order.ID, isLast bool, err error) {
	var gathered batch
	orders := 0
	last = from
	err = r.Archive.Commits(ctx, ports.Range{From: from, Limit: pageOrders},
		func(c ports.Commit) error {
			if orders == 0 || c.OrderID != last {
				orders, last = orders+1, c.OrderID
			}
			if gathered.add(c); gathered.isFull() {
				return r.deliverBatch(&gathered)
			}
			return nil
		})
	if len(gathered.commits) > 0 && r.failed == nil {
		if failed := r.deliverBatch(&gathered); failed != nil {
			err = failed
		}
	}
	return last, err == nil && orders < pageOrders, err
}

// findTopic returns the end of the topic that the relay tells, once there is one.
func (r *follower) findTopic(ctx context.Context) (place, error) {
	for ; ; _ = clock.Sleep(ctx, pollTime) {
		told, err := r.Relay.Checkpoint.Load(ctx)
		topic, _ := relay.SplitPosition(told)
		if err == nil && topic != "" {
			end, err := r.Topic.End(ctx, topic)
			if err == nil {
				return place{topic, end}, nil
			}
		}
		if ctx.Err() != nil {
			return place{}, ctx.Err()
		}
	}
}
