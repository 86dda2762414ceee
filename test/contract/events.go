package contract

import (
	"reflect"

	"orders/domain/order"
)

// Events are one event of each type, every field of it filled. A test compares the list with
// domain/order/events.go.
func Events() []order.Event {
	return []order.Event{
		filled[order.Created](), filled[order.ItemsChanged](), filled[order.Confirmed](),
		filled[order.PaymentAuthorized](), filled[order.PaymentCaptured](),
		filled[order.PaymentRefunded](), filled[order.PaymentVoided](),
		filled[order.ItemsShipped](), filled[order.ShipmentDelivered](),
		filled[order.PutOnHold](), filled[order.Released](), filled[order.Completed](),
		filled[order.Cancelled](),
	}
}

func filled[E order.Event]() order.Event {
	var e E
	fillIn(reflect.ValueOf(&e).Elem(), "")
	return e
}

// fillIn gives v and all that it holds a value that is not zero. A text is the name of its field.
func fillIn(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.String:
		if v.SetString(name); v.Type() == reflect.TypeFor[order.Currency]() {
			v.SetString("USD")
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(701)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillIn(v.Index(0), name)
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i), v.Type().Field(i).Name)
		}
	default:
		panic("test/contract/events.go: fillIn knows no " + v.Kind().String() + "; add a case")
	}
}
