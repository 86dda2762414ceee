package backup

import (
	"context"
	"errors"
	"fmt"

	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// compareKey compares the key of an order that another program took with what the store has.
func (m *importing) compareKey(ctx context.Context, s *stretch) error {
	k, has := s.commits[0].ImportedKey()
	if !has {
		return nil
	}
	return m.untilAnswered(ctx, func() error {
		there, err := m.Keys.Find(ctx, k.Key)
		switch {
		case errors.Is(err, ports.ErrNotFound):
			return nil
		case err == nil && there != k:
			s.why = fmt.Sprintf("has a key that stands for order %s there", there.OrderID)
		}
		return err
	})
}

// addKey adds that key, before its order: an order without its key could be made once more. A key
// that has made another order there keeps its answer.
func (m *importing) addKey(ctx context.Context, s *stretch) error {
	k, has := s.commits[0].ImportedKey()
	if !has {
		return nil
	}
	own := command.DerivedID(order.Create{UserID: k.UserID}, k.Key)
	made, err := m.Into.Load(ctx, own)
	switch {
	case err == nil && made.Version() > 0, errors.Is(err, ports.ErrUnreadable):
		m.Log.Warn("The key of an order is left out, as it has made another order there",
			"orderId", k.OrderID, "other", own)
		return nil
	case err == nil:
		err = m.checked(ctx, func() error { return m.Keys.Add(ctx, k) })
	}
	if errors.Is(err, ports.ErrConflict) {
		s.why = "has a key that stands for another order there"
		return nil
	}
	if err != nil {
		err = fmt.Errorf("add the key of order %s: %w", k.OrderID, err)
	}
	return err
}

// checked writes while the import may, and reports whether it still might after that.
func (m *importing) checked(ctx context.Context, write func() error) error {
	check := m.Check
	if check == nil {
		return write()
	}
	err := check(ctx)
	if err == nil {
		err = write()
	}
	if err == nil {
		err = check(ctx)
	}
	return err
}
