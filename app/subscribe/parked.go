package subscribe

import (
	"context"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// pageMax is how many parked orders are read at once.
const pageMax = 100

// Retried is how many parked orders were released by a retry, and how many stay parked.
type Retried struct{ Released, Parked int }

// EveryParked yields all parked orders, or ends with an error.
func EveryParked(
	ctx context.Context, from ports.Parked,
) func(yield func(ports.ParkedOrder, error) bool) {
	return func(yield func(ports.ParkedOrder, error) bool) {
		for after := order.ID(""); ; {
			page, err := from.List(ctx, after, pageMax)
			if err != nil {
				yield(ports.ParkedOrder{}, fmt.Errorf("list the parked orders: %w", err))
				return
			}
			for _, p := range page {
				if !yield(p, nil) {
					return
				}
				after = p.ID
			}
			if len(page) < pageMax {
				return
			}
		}
	}
}
