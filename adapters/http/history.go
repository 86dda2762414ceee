package http

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// errVersionUnknown means that an order has not had the version that was asked for.
var errVersionUnknown = errors.New("the order has not had this version")

// look returns the view of an order as it was at version at; 0 means as it is.
func (s *Server) look(ctx context.Context, id order.ID, at int) (ports.OrderView, error) {
	if at == 0 {
		return s.newestView(ctx, id)
	}
	past, err := s.past(ctx, id)
	switch {
	case err != nil:
		return ports.OrderView{}, err
	case at > past.Version():
		return ports.OrderView{}, errVersionUnknown
	}
	return ports.ViewOf(past.Until(at)), nil
}

// newestView returns the view of an order as it is kept. One that cannot be read is made anew: it
// is but a copy of what happened.
func (s *Server) newestView(ctx context.Context, id order.ID) (ports.OrderView, error) {
	view, err := s.orders.Order(ctx, id)
	if !errors.Is(err, ports.ErrUnreadable) {
		return view, err
	}
	past, err := s.past(ctx, id)
	if err != nil {
		return ports.OrderView{}, err
	}
	return ports.ViewOf(past), nil
}

// past returns what happened to an order, of which there is at least one commit.
func (s *Server) past(ctx context.Context, id order.ID) (ports.Stream, error) {
	if !id.Valid() {
		return ports.Stream{}, ports.ErrNotFound
	}
	stream, err := s.history.Load(ctx, id)
	if err == nil && stream.Version() == 0 {
		err = ports.ErrNotFound
	}
	return stream, err
}

// A pastRequest asks for an order's history.
type pastRequest struct{ id order.ID }

// Resolve reads p from its request; Huma calls it.
func (p *pastRequest) Resolve(h huma.Context) []error {
	p.id = order.ID(wire.Segment(h, orderID))
	return nil
}

type pastAnswer struct{ Body orderHistory }

// An orderHistory is all that happened to an order, oldest first.
type orderHistory struct {
	OrderID order.ID    `json:"orderId"`
	Events  []pastEvent `json:"events"`
}

// A pastEvent is one that was recorded.
type pastEvent struct {
	Version   int         `json:"version"`
	Type      string      `json:"type"`
	At        wire.Moment `json:"at"`
	Actor     string      `json:"actor"`
	RequestID string      `json:"requestId"`
	Data      eventData   `json:"data"`
}

func (s *Server) showHistory(ctx context.Context, r *pastRequest) (*pastAnswer, error) {
	past, err := s.past(ctx, r.id)
	if err != nil {
		return nil, err
	}
	shown := orderHistory{past.ID, []pastEvent{}}
	for _, c := range past.Commits {
		for _, e := range c.Events {
			shown.Events = append(shown.Events, pastEvent{
				c.Version, e.Type(), wire.Moment(c.At), c.Actor, c.RequestID, dataOf(e),
			})
		}
	}
	return &pastAnswer{shown}, nil
}
