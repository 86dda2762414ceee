package http_test

import (
	"context"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

// damaged is a read model whose views cannot be read one by one.
type damaged struct{ ports.Orders }

func (damaged) Order(context.Context, order.ID) (ports.OrderView, error) {
	return ports.OrderView{}, ports.ErrUnreadable
}

// An order whose view cannot be read is shown as it is, and one that is not there is not.
func TestAnOrderIsShownWhoseViewCannotBeRead(t *testing.T) {
	s := startWith(t, http.Config{}, nil, func(good ports.Orders) ports.Orders {
		return damaged{good}
	})
	id := s.order(t)
	s.do(t, id, "confirm", "")
	a := s.ask(t, "GET", show+"/"+id, "")
	a.is(t, 200)
	a.header(t, "ETag", `"2"`)
	a.has(t, `"status":"CONFIRMED"`)
	s.ask(t, "GET", show+"/"+nowhere, "").is(t, 404)
}
