package order

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"orders/adapters/message"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

// A new event of the domain needs a row in the table that shows them.
func TestEveryEventOfTheDomainIsShown(t *testing.T) {
	source, err := os.ReadFile("../../../domain/order/events.go")
	if err != nil {
		t.Fatal(err)
	}
	types := regexp.MustCompile(`\) Type\(\) string +{ return "(\w+)" }`)
	found := types.FindAllStringSubmatch(string(source), -1)
	if len(found) != strings.Count(string(source), ") size() int") {
		t.Fatalf("found %d types of %d events", len(found),
			strings.Count(string(source), ") size() int"))
	}
	for _, each := range found {
		named := func(e message.EventType) bool { return e.Name == each[1] }
		if !slices.ContainsFunc(message.EventTypes, named) {
			t.Errorf("a history cannot show %s: add its row to the file of its topic in "+
				"adapters/message (as life.go has them)", each[1])
		}
	}
}

// A new field of an event needs a place in the data that a history shows.
func TestEveryFieldOfAnEventIsShown(t *testing.T) {
	for _, e := range contract.Events() {
		v := reflect.New(reflect.TypeOf(e)).Elem()
		v.Set(reflect.ValueOf(e))
		wantEachShown(t, v, e.Type(), "a history", "the event's row and its data in "+
			"adapters/message (items.go, or the file of its topic)", func() string {
			text, err := json.Marshal(message.DataOf(v.Interface().(order.Event)))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		})
	}
}

// A new field of an order needs a place in what a query shows.
func TestEveryFieldOfAnOrderIsShown(t *testing.T) {
	o := contract.Filled[order.Order]()
	o.Status = order.StatusCancelled // Otherwise no reason is shown.
	wantEachShown(t, reflect.ValueOf(&o).Elem(), "Order", "a query", "orderView and appendOrder "+
		"in adapters/http/order/view.go", func() string {
		return string(appendOrder(nil, ports.OrderView{Version: 1, Order: o}, access.Open))
	})
}

// wantEachShown wants what is shown of v to change with each of its fields.
func wantEachShown(
	t *testing.T, v reflect.Value, name, by, where string, shown func() string,
) {
	t.Helper()
	before := shown()
	eachField(v, name, func(path string, field reflect.Value) {
		was := field.Interface()
		alter(t, field)
		if shown() == before {
			t.Errorf("%s does not show %s: add it to %s", by, path, where)
		}
		field.Set(reflect.ValueOf(was))
	})
}

// eachField calls do with each field of v that holds no others.
func eachField(v reflect.Value, path string, do func(path string, field reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachField(v.Field(i), path+"."+v.Type().Field(i).Name, do)
		}
	case reflect.Slice:
		eachField(v.Index(0), path, do)
	default:
		do(path, v)
	}
}

func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		if v.SetString(v.String() + "2"); v.Type() == reflect.TypeFor[order.Currency]() {
			v.SetString("JPY")
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		t.Fatalf("alter knows no %s; add a case", v.Kind())
	}
}
