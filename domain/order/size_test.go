package order_test

import (
	"reflect"
	"strings"
	"testing"

	"orders/domain/order"
	"orders/test/contract"
)

// fill gives each list that v holds an entry, and each text that many characters. It returns how
// many characters there are.
func fill(v reflect.Value, each int) (n int) {
	switch {
	case v.Type() == reflect.TypeFor[string]():
		v.SetString(strings.Repeat("x", each))
		return each
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0), each)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			n += fill(v.Field(i), each)
		}
	}
	return n
}

func TestSizesCountEveryText(t *testing.T) {
	var o order.Order
	counts(t, reflect.ValueOf(&o).Elem(), 3000, "SizeBy in domain/order/order.go", func() int {
		return o.Size()
	})
	for _, e := range contract.Events() {
		v := reflect.New(reflect.TypeOf(e)).Elem()
		counts(t, v, 300, "its `size` in domain/order/events.go", func() int {
			return order.SizeOf(v.Interface().(order.Event))
		})
	}
}

// counts wants the size of v to count each character of its texts, and besides them at most some.
func counts(t *testing.T, v reflect.Value, besides int, where string, size func() int) {
	t.Helper()
	fill(v, 0)
	empty := size()
	if n := fill(v, 1000); size()-empty != n {
		t.Errorf("%s has texts of %d bytes, and its size counts %d of them: add the text that is "+
			"missing to %s", v.Type(), n, size()-empty, where)
	}
	if empty > besides {
		t.Errorf("%s without texts has the size %d", v.Type(), empty)
	}
}
