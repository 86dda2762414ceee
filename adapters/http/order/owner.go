package order

import (
	"context"
	"errors"
	"fmt"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

// A caller who is confined to own orders gets the same answer about the order of another user as
// about an unknown one, after the same reads of the database: the first thing that is read of an
// order tells whose it is. For a plain view that is the view, for all else the first commit.

// Sees returns nil if the caller may see an order with this id, and ErrNotFound if there is no such
// order for the caller. It reads nothing for callers who see all orders, else the order's first
// commit. Nobody can tell whose an unreadable order is, so it is nobody's.
func (q *Queries) Sees(ctx context.Context, caller access.Caller, id order.ID) error {
	_, confined := caller.Confined()
	switch {
	case !id.Valid():
		return ports.ErrNotFound
	case !confined:
		return nil
	}
	var first ports.OrderView
	err := q.history.Read(ctx, id, 0, func(c ports.Commit) error {
		first = first.With(c)
		return errPageFull
	})
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		return fmt.Errorf("%w: %w", ports.ErrNotFound, err)
	case err != nil && !errors.Is(err, errPageFull):
		return err
	}
	return seenBy(caller, first)
}

// seenBy returns nil if the caller may see the order that a view shows, else ErrNotFound.
func seenBy(caller access.Caller, v ports.OrderView) error {
	if !caller.Sees(v.Order.UserID) {
		return ports.ErrNotFound
	}
	return nil
}

// narrow leaves in the filter only orders that the caller may see. It reports whether that may be
// any: a filter never widens what a caller sees.
func narrow(f *ports.Filter, caller access.Caller) (some bool) {
	own, confined := caller.Confined()
	switch {
	case !confined:
		return true
	case own == "", f.UserID != "" && f.UserID != own:
		return false
	}
	f.UserID = own
	return true
}
