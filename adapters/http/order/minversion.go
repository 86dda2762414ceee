package order

import (
	"context"
	"errors"

	"orders/domain/order"
	"orders/ports"
)

// awaitVersion returns when queries show the order at version least or later, whichever process
// projects it. After minVersionMax it asks the event store whether waiting longer could help.
func (q *Queries) awaitVersion(ctx context.Context, id order.ID, least int) error {
	if least == 0 {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, minVersionMax)
	defer cancel()
	err := q.orders.Await(waiting, id, least)
	if err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	reached, err := q.hasHad(ctx, id, least)
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		return errLagging // It is parked: what there is of it can be read without minVersion.
	case err != nil:
		return err
	case !reached:
		return errVersionUnknown
	}
	return errLagging
}

// hasHad reports whether the order has had a version. The error is ErrNotFound for no order.
func (q *Queries) hasHad(ctx context.Context, id order.ID, version int) (bool, error) {
	if !id.Valid() {
		return false, ports.ErrNotFound
	}
	for _, after := range []int{version - 1, 0} {
		err := q.history.Read(ctx, id, after, func(ports.Commit) error { return errPageFull })
		switch {
		case errors.Is(err, errPageFull):
			return after == version-1, nil
		case err != nil:
			return false, err
		}
	}
	return false, ports.ErrNotFound
}
