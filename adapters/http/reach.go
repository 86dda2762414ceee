package http

import (
	"context"
	"errors"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// reachMax is how long a query waits until it can show a version.
const reachMax = 2 * time.Second

// errLagging means that an order has a version that the read model does not show yet.
var errLagging = errors.New("the read model does not show this version yet")

// reach returns when queries show the order at version least or later, whoever projects it. After
// reachMax it asks the event store whether waiting any longer could help.
func (s *Server) reach(ctx context.Context, id order.ID, least int) error {
	if least == 0 {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, reachMax)
	defer cancel()
	err := s.orders.Await(waiting, id, least)
	if err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	past, err := s.past(ctx, id)
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		return errLagging // It is parked: what there is of it can be read without minVersion.
	case err != nil:
		return err
	case least > past.Version():
		return errVersionUnknown
	}
	return errLagging
}
