// Package projection keeps the read model in step with what was committed.
package projection

import (
	"fmt"

	"orders/ports"
)

// View is what readers see of an order whose stream is s, which is not empty.
func View(s ports.Stream) ports.OrderView {
	return ports.OrderView{
		ID:        s.ID,
		Version:   s.Version(),
		CreatedAt: s.Commits[0].At,
		UpdatedAt: s.Commits[s.Version()-1].At,
		Order:     s.Order(),
	}
}

// view turns a panic over a stream that no code of today can fold into an ErrUnreadable.
func view(s ports.Stream) (v ports.OrderView, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("order %s: %w: %v", s.ID, ports.ErrUnreadable, p)
		}
	}()
	return View(s), nil
}
