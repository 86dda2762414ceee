package order

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
	"orders/ports/clock"
)

// Codes are the codes of queries of one order.
var Codes = []wire.Code{versionUnknown, projectionLagging}

var versionUnknown = wire.Code{
	Name: "version-unknown", Status: fiber.StatusNotFound,
	Message: "❌ Version not found", Detail: "the order does not have this version yet",
	Meaning: "The order has not reached the version in `atVersion` or `minVersion`.",
	Action:  "Send a version that an answer has shown.", Retry: wire.RetryChanged,
}

var projectionLagging = wire.Code{
	Name: "projection-lagging", Status: fiber.StatusServiceUnavailable,
	Message: "❌ Not shown yet",
	Detail:  "the order has this version, but queries do not show it yet; please try again",
	Meaning: "The order has the version in `minVersion`, but queries did not show it within 2 s.",
	Action:  "Send the query again, or leave out `minVersion` to get what is shown now.",
	Retry:   wire.RetryLater,
}

// errVersionUnknown means that an order has not reached the requested version.
var errVersionUnknown = versionUnknown.Problem("")

// minVersionMax is how long a query waits until it can show a version.
const minVersionMax = 2 * time.Second

// awaitAgainAfter passes before a version is awaited again that was taken back.
const awaitAgainAfter = 100 * time.Millisecond

// errLagging means that the read model does not show a version of an order yet.
var errLagging = projectionLagging.Problem("").
	Because(errors.New("the read model does not show this version yet"))

// viewFor returns the view that is asked for, if the caller may see the order.
func (q *Queries) viewFor(ctx context.Context, r *viewRequest) (v ports.OrderView, err error) {
	if r.at > 0 || r.least > 0 {
		if err := q.Sees(ctx, r.caller, r.id); err != nil {
			return v, err
		}
	}
	if r.at > 0 {
		return q.replay(ctx, r.id, r.at)
	}
	v, err = q.viewAtLeast(ctx, r.id, r.least)
	switch {
	case err == nil:
		return v, seenBy(r.caller, v)
	case !errors.Is(err, ports.ErrUnreadable):
		return v, err
	}
	if err := q.Sees(ctx, r.caller, r.id); err != nil {
		return v, err
	}
	if v, err = q.replay(ctx, r.id, 0); err == nil && v.Version < r.least {
		err = errVersionUnknown // Await believed the damaged view's version.
	}
	return v, err
}

// replay folds the order's commits up to a version; 0 means all of them.
func (q *Queries) replay(
	ctx context.Context, id order.ID, at int,
) (v ports.OrderView, err error) {
	release, err := q.acquirePageSlot(ctx)
	if err != nil {
		return v, err
	}
	defer release()
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

// storedView returns the view of an order from the read model. It replays the order's commits if
// that view is unreadable.
func (q *Queries) storedView(ctx context.Context, id order.ID) (ports.OrderView, error) {
	view, err := q.orders.Order(ctx, id)
	if errors.Is(err, ports.ErrUnreadable) {
		return q.replay(ctx, id, 0)
	}
	return view, err
}

// Newest returns the view of an order at its current version, or after minVersionMax the newest
// view there is; and the current version. For a parked order the version is 0, and the view may be
// old.
func (q *Queries) Newest(
	ctx context.Context, id order.ID,
) (view ports.OrderView, version int, err error) {
	view, missing := q.storedView(ctx, id)
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
	view, err = q.await(ctx, id, version)
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		view, err = q.replay(ctx, id, 0)
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		view, err = q.storedView(ctx, id)
	}
	if errors.Is(err, ports.ErrNotFound) {
		err = errLagging
	}
	return view, version, err
}

// viewAtLeast returns the view of an order at version least or later, whichever process projects
// it. After minVersionMax it asks the event store whether waiting longer could help.
func (q *Queries) viewAtLeast(
	ctx context.Context, id order.ID, least int,
) (ports.OrderView, error) {
	if least == 0 {
		return q.orders.Order(ctx, id)
	}
	view, err := q.await(ctx, id, least)
	if err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return view, err
	}
	known, err := q.reached(ctx, id, least)
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		return view, errLagging // It is parked. Without minVersion its last view can be read.
	case err != nil:
		return view, err
	case !known:
		return view, errVersionUnknown
	}
	return view, errLagging
}

// await returns the view of an order once queries show it at version least or later, or the error
// context.DeadlineExceeded after minVersionMax. A failover of the database may take back what was
// awaited before it is read: then it is awaited again.
func (q *Queries) await(
	ctx context.Context, id order.ID, least int,
) (view ports.OrderView, err error) {
	waiting, cancel := context.WithTimeout(ctx, minVersionMax)
	defer cancel()
	account := budget.Of(ctx)
	held := account.Held()
	for {
		if err := q.orders.Await(waiting, id, least); err != nil {
			return view, err
		}
		view, err = q.orders.Order(ctx, id)
		if err != nil && !errors.Is(err, ports.ErrNotFound) || view.Version >= least {
			return view, err
		}
		account.Hold(held) // Give back the bytes of the view that is not sent.
		if err := clock.Sleep(waiting, awaitAgainAfter); err != nil {
			return ports.OrderView{}, err
		}
	}
}

// reached reports whether the order has reached a version. The error is ErrNotFound for no order.
func (q *Queries) reached(ctx context.Context, id order.ID, version int) (bool, error) {
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
