package http

import (
	"context"
	"strconv"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"orders/domain/order"
	"orders/ports"
)

// limitMax is how many orders one answer lists at most, and by default.
const limitMax = 50

// A viewRequest asks for one order.
type viewRequest struct{ id order.ID }

// Resolve reads v from its request; Huma calls it.
func (v *viewRequest) Resolve(h huma.Context) []error {
	v.id = order.ID(h.Param(orderID))
	return nil
}

type viewAnswer struct {
	ETag string `header:"ETag" hidden:"true"`
	Body oneOrder
}

type oneOrder struct {
	Order orderView `json:"order"`
}

func (s *Server) view(ctx context.Context, r *viewRequest) (*viewAnswer, error) {
	if !r.id.Valid() {
		return nil, ports.ErrNotFound
	}
	view, err := s.orders.Order(ctx, r.id)
	if err != nil {
		return nil, err
	}
	return &viewAnswer{etag(view.Version), oneOrder{present(view)}}, nil
}

// A listRequest asks for orders.
type listRequest struct {
	filter ports.Filter
	limit  int
}

// Resolve reads l from its request; Huma calls it.
func (l *listRequest) Resolve(h huma.Context) []error {
	args := humafiber.Unwrap(h).Context().QueryArgs()
	l.filter.UserID = string(args.Peek("userId"))
	if !utf8.ValidString(l.filter.UserID) {
		return []error{wrongField("userId", "must be valid UTF-8")}
	}
	l.limit = limitMax
	if args.Has("limit") {
		var err error
		l.limit, err = strconv.Atoi(string(args.Peek("limit")))
		if err != nil || l.limit < 1 || l.limit > limitMax {
			return []error{wrongField("limit", "must be a whole number from 1 to 50")}
		}
	}
	return nil
}

type listAnswer struct{ Body manyOrders }

type manyOrders struct {
	Count  int         `json:"count"`
	Orders []orderView `json:"orders"`
}

func (s *Server) list(ctx context.Context, r *listRequest) (*listAnswer, error) {
	views, err := s.orders.List(ctx, r.filter, r.limit)
	if err != nil {
		return nil, err
	}
	shown := make([]orderView, len(views))
	for i, view := range views {
		shown[i] = present(view)
	}
	return &listAnswer{manyOrders{len(shown), shown}}, nil
}

type healthAnswer struct{ Body health }

type health struct {
	OK bool `json:"ok"`
}

func (s *Server) health(context.Context, *struct{}) (*healthAnswer, error) {
	return &healthAnswer{health{OK: true}}, nil
}
