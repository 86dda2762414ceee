package order_test

import (
	"reflect"
	"strings"
	"testing"

	"orders/domain/order"
)

// fill gives each text that v holds 1000 characters, and each list an entry. It returns how many
// characters there are.
func fill(v reflect.Value) (n int) {
	switch {
	case v.Type() == reflect.TypeFor[string]():
		v.SetString(strings.Repeat("x", 1000))
		return 1000
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			n += fill(v.Field(i))
		}
	}
	return n
}

func TestSizesCountEveryText(t *testing.T) {
	var o order.Order
	if n, size := fill(reflect.ValueOf(&o).Elem()), o.Size(); size < n || size > n+3000 {
		t.Errorf("an order with texts of %d bytes has the size %d", n, size)
	}
	for _, e := range []order.Event{
		&order.Created{}, &order.ItemsChanged{}, &order.PaymentAuthorized{},
		&order.PaymentCaptured{}, &order.PaymentRefunded{}, &order.PaymentVoided{},
		&order.ItemsShipped{}, &order.ShipmentDelivered{}, &order.Cancelled{},
	} {
		n, size := fill(reflect.ValueOf(e).Elem()), order.SizeOf(e)
		if size < n || size > n+300 {
			t.Errorf("%T with texts of %d bytes has the size %d", e, n, size)
		}
	}
}
