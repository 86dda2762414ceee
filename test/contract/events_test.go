package contract

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"testing"

	"orders/domain/customer"
	"orders/domain/order"
)

// A new event of the domain needs a place in Events, so that every store is asked to keep it.
func TestEveryEventOfTheDomainIsTried(t *testing.T) {
	var have []string
	for _, e := range Events() {
		have = append(have, reflect.TypeOf(e).Name())
	}
	types := eventsOf(t, "../../domain/order/events.go")
	for _, name := range types {
		if !slices.Contains(have, name) {
			t.Errorf("no law tries order.%s: add filled[order.%s]() to Events in "+
				"test/contract/events.go", name, name)
		}
	}
	if len(types) != len(have) {
		t.Errorf("the domain has %d events, and Events %d", len(types), len(have))
	}
}

// eventsOf are the names of the types in a file that have a method Type.
func eventsOf(t *testing.T, file string) (names []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Type" {
			names = append(names, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	return names
}

// The laws of views see a field only if their views have it.
func TestBusyFillsEveryField(t *testing.T) {
	o := reflect.ValueOf(shape(1, busy()...).Order)
	for i := range o.NumField() {
		name := o.Type().Field(i).Name
		if o.Field(i).IsZero() && name != "Cancellation" { // No order is cancelled and on hold.
			t.Errorf("no law saves an order with its %s: add an event that sets it to `busy` "+
				"in test/contract/fixtures.go", name)
		}
	}
}

// Verifying sees a field only if a law asks whether its change is a difference.
func TestEveryFieldIsChanged(t *testing.T) {
	view, views := orderKind.changed()
	var orders []order.Order
	for _, v := range views {
		orders = append(orders, v.Order)
	}
	wantEachChanged(t, view, views, "ID", "Version", "Order")
	wantEachChanged(t, view.Order, orders)
	row, rows := rowKind.changed()
	var purchases []customer.Purchase
	for _, r := range rows {
		purchases = append(purchases, r.Purchase)
	}
	wantEachChanged(t, row, rows, "OrderID", "Version", "Purchase")
	wantEachChanged(t, row.Purchase, purchases)
}

// wantEachChanged wants each field but some to differ in one of changed from that in good.
func wantEachChanged[V any](t *testing.T, good V, changed []V, but ...string) {
	t.Helper()
	is := reflect.ValueOf(good)
	for i := range is.NumField() {
		name := is.Type().Field(i).Name
		differs := slices.ContainsFunc(changed, func(v V) bool {
			return !reflect.DeepEqual(reflect.ValueOf(v).Field(i).Interface(),
				is.Field(i).Interface())
		})
		if !differs && !slices.Contains(but, name) {
			t.Errorf("no law changes %s of %T: add a row to `changed` in "+
				"test/contract/readmodel.go", name, good)
		}
	}
}
