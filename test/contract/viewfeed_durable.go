package contract

import (
	"context"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// durableOrdersLaws are the laws of whoever reads what a feed told. What a failover takes back,
// only an adapter on several machines can show: its own tests do.
var durableOrdersLaws = promises[ports.DurableOrders]([]law[Shown]{
	{"what the feed told is read, or something later", readsWhatIsTold},
})

func readsWhatIsTold(ctx context.Context, s Shown) error {
	_, unknown := s.Durable.Order(ctx, id(2))
	if err := wantError(unknown, ports.ErrNotFound); err != nil {
		return err
	}
	last := 0
	return s.hear(ctx, "", func(_ *listener, b ports.ViewBatch) (bool, error) {
		for _, c := range b.Changes {
			v, err := s.Durable.Order(ctx, c.ID)
			if err != nil || v.Version < c.Version {
				return true, fmt.Errorf("told of %+v, it reads %d, %v", c, v.Version, err)
			}
			owners, err := s.Durable.Owners(ctx, []order.ID{c.ID, id(2)})
			if err != nil || len(owners) != 1 || owners[c.ID] != v.Order.UserID {
				return true, fmt.Errorf("it tells the owners %v, %v", owners, err)
			}
			last = v.Version
		}
		if last == 3 {
			return true, nil
		}
		return false, s.put(ctx, 1, last+1)
	})
}
