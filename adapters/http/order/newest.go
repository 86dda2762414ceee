package order

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// errVersionUnknown means that an order has not had the version that was asked for.
var errVersionUnknown = &wire.Problem{
	Status: fiber.StatusNotFound, Code: "version-unknown",
	Message: "❌ Version not found", Detail: "the order has not had this version",
}

// look returns the view of an order as it was at version at; 0 means as it is.
func (q *Queries) look(ctx context.Context, id order.ID, at int) (ports.OrderView, error) {
	if at == 0 {
		return q.newestView(ctx, id)
	}
	return q.lookBack(ctx, id, at)
}

// lookBack folds the order's commits up to a version; 0 means all of them.
func (q *Queries) lookBack(
	ctx context.Context, id order.ID, at int,
) (v ports.OrderView, err error) {
	leave, err := q.beginPage(ctx)
	if err != nil {
		return v, err
	}
	defer leave()
	err = q.history.Read(ctx, id, 0, func(c ports.Commit) error {
		if v = v.With(c); v.Version == at {
			return errPageFull
		}
		return nil
	})
	switch {
	case errors.Is(err, errPageFull):
		return v, nil
	case err != nil:
		return v, err
	case v.Version == 0:
		return v, ports.ErrNotFound
	case at == 0:
		return v, nil
	}
	return v, errVersionUnknown
}

// newestView returns the view of an order as it is kept. One that cannot be read is made anew: it
// is but a copy of what happened.
func (q *Queries) newestView(ctx context.Context, id order.ID) (ports.OrderView, error) {
	view, err := q.orders.Order(ctx, id)
	if errors.Is(err, ports.ErrUnreadable) {
		return q.lookBack(ctx, id, 0)
	}
	return view, err
}

// Newest returns the view of an order at the version that it has, or what there is of it after
// reachMax; and that version, or 0 of a parked order, of which there may be a view from before.
func (q *Queries) Newest(
	ctx context.Context, id order.ID,
) (view ports.OrderView, version int, err error) {
	view, missing := q.newestView(ctx, id)
	if missing != nil && !errors.Is(missing, ports.ErrNotFound) {
		return view, 0, missing
	}
	version = view.Version
	err = q.history.Read(ctx, id, version, func(c ports.Commit) error {
		version = c.Version
		return nil
	})
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		version = 0
	case err != nil:
		return view, 0, err
	case version == 0:
		return view, 0, ports.ErrNotFound
	case version == view.Version:
		return view, version, nil
	}
	waiting, cancel := context.WithTimeout(ctx, reachMax)
	defer cancel()
	if err := q.orders.Await(waiting, id, version); err != nil && waiting.Err() == nil {
		return view, version, err
	}
	view, err = q.newestView(ctx, id)
	if errors.Is(err, ports.ErrNotFound) {
		err = errLagging
	}
	return view, version, err
}
