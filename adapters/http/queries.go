package http

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// A viewRequest asks for one order.
type viewRequest struct {
	id    order.ID
	at    int  // The version to show; 0 for the newest.
	least int  // The version that must be shown at least; 0 for any.
	known tags // What the client has already.
}

// Resolve reads v from its request; Huma calls it.
func (v *viewRequest) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	v.id = order.ID(wire.Segment(h, orderID))
	a := argumentsOf(f)
	v.at = a.number("atVersion", 1, noLimit, 0)
	v.least = a.version("minVersion")
	if a.args.Has("atVersion") && a.args.Has("minVersion") {
		a.wrong("minVersion", "must not come together with atVersion")
	}
	known, err := condition(f, fiber.HeaderIfNoneMatch)
	if err == nil {
		err = a.err()
	}
	if err != nil {
		return []error{err}
	}
	v.known = known
	return nil
}

type viewAnswer struct {
	Status int
	ETag   string `header:"ETag" hidden:"true"`
	Body   oneOrder
}

type oneOrder struct {
	Order shownOrder `json:"order" doc:"The order."`
}

func (o oneOrder) appendTo(b []byte) []byte {
	return append(appendOrder(appendName(append(b, '{'), "order"), ports.OrderView(o.Order)), '}')
}

func (s *Server) view(ctx context.Context, r *viewRequest) (*viewAnswer, error) {
	if !r.id.Valid() {
		return nil, ports.ErrNotFound
	}
	if err := s.reach(ctx, r.id, r.least); err != nil {
		return nil, err
	}
	view, err := s.look(ctx, r.id, r.at)
	if err != nil {
		return nil, err
	}
	tag := etag(view.Version)
	if r.known.matchWeakly(view.Version) {
		return &viewAnswer{Status: fiber.StatusNotModified, ETag: tag}, nil
	}
	return &viewAnswer{fiber.StatusOK, tag, oneOrder{shownOrder(view)}}, nil
}
