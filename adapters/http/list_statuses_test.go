package http_test

import (
	"reflect"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

// A filter by status takes a value or several, and the same one twice.
func TestFiltersByStatuses(t *testing.T) {
	read := &asked{}
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders { return read })
	for query, want := range map[string]ports.Filter{
		"status=CREATED": {Statuses: []order.Status{order.StatusCreated}},
		"status=CONFIRMED&status=CREATED&status=CONFIRMED": {
			Statuses: []order.Status{order.StatusCreated, order.StatusConfirmed},
		},
		"paymentStatus=PAID&paymentStatus=NONE&status=": {
			PaymentStatuses: []order.PaymentStatus{order.NoPayment, order.Paid},
		},
		"fulfillmentStatus=SHIPPED": {
			FulfillmentStatuses: []order.FulfillmentStatus{order.Shipped},
		},
	} {
		s.ask(t, "GET", show+"?"+query, "").is(t, 200)
		if !reflect.DeepEqual(read.filter, want) {
			t.Errorf("%s asks for %+v, want %+v", query, read.filter, want)
		}
	}
}

func TestWrongStatuses(t *testing.T) {
	s := start(t)
	const (
		unknown  = "must be one of [CREATED CONFIRMED COMPLETED CANCELLED]"
		together = "must be repeated for each value, as in status=CREATED\u0026status=CONFIRMED"
	)
	for query, message := range map[string]string{
		"status=CREATED&status=NONE":                             unknown,
		"status=&status=CREATED":                                 unknown,
		"status=CREATED&status=":                                 unknown,
		"status=CREATED,CONFIRMED":                               together,
		"status=CREATED&status=CREATED,CONFIRMED":                together,
		"status=%ff":                                             "must be valid UTF-8",
		strings.Repeat("status=CREATED&", len(order.Statuses)+1): "must be given at most 4 times",
	} {
		a := s.ask(t, "GET", show+"?"+query, "")
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["status"],"message":"`+message+`"}]`)
	}
}
