package command

import (
	"context"
	"errors"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// ReplayImported has the handler ask for the key of each create whether another program took it. It
// is to be called before the handler is used, and need not be where there are no such keys.
func (h *Handler) ReplayImported(keys ports.ImportedKeys) { h.imported = keys }

// readImported looks for an order that p's key made in another program, for the same user. It
// returns the answer to the first request. What came then came from an anonymous actor: to one who
// acts for another, a key with another request is a new one.
func (h *Handler) readImported(
	ctx context.Context, p prepared,
) (first Result, found bool, err error) {
	k, err := h.imported.Find(ctx, p.Key)
	c, _ := p.Command.(order.Create)
	switch {
	case errors.Is(err, ports.ErrNotFound), err == nil && k.UserID != c.UserID:
		return Result{}, false, nil
	case err != nil:
		return Result{}, false, fmt.Errorf("look for an imported key: %w", err)
	}
	read := false
	err = h.store.Read(ctx, k.OrderID, 0, func(created ports.Commit) error {
		read = true
		created.Request = k.Request
		if first, err = p.replay(created, ports.OrderView{}.With(created)); err != nil {
			return err
		}
		return errFound
	})
	switch {
	case errors.Is(err, errFound):
		return first, true, nil
	case errors.Is(err, ErrKeyReused) && p.anonymous != "":
		return Result{}, false, nil
	case err == nil && !read:
		err = fmt.Errorf("its import was broken off: %w", ports.ErrUnavailable)
	}
	return Result{}, false, fmt.Errorf("load order %s: %w", k.OrderID, err)
}

// RequestOf is the hash of a create, as its commit and its imported key have it.
func RequestOf(c order.Create) (string, error) { return hash(c) }

// DerivedID is the ID of the order that a create by its own user, or by an anonymous actor, makes
// at a key.
func DerivedID(c order.Create, key string) order.ID { return derived(c.UserID, c.Name(), key) }
