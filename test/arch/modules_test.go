package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// The customer module has a package of its own in each layer. It knows orders only by their
// events and the values in them, and orders know nothing of it; only the places that put the
// two together know both.

// together are those places.
var together = []string{"service/service.go", "service/migrate.go", "adapters/http/"}

// facts are what of domain/order another module may speak of: its events, and their values.
var facts = []string{
	"ID", "IsName", "Event", "Line", "Money", "Currency", "MinorMax", "Packed",
	"Created", "ItemsChanged", "Confirmed", "PaymentAuthorized", "PaymentCaptured",
	"PaymentRefunded", "PaymentVoided", "ItemsShipped", "ShipmentDelivered", "Completed",
	"Cancelled",
}

func TestModulesAreApart(t *testing.T) {
	walk(t, func(name string) {
		switch {
		case strings.HasPrefix(name, "test/"):
		case isCustomers(name):
			for _, used := range usesOf(t, name, "order") {
				if !within(used, facts) {
					t.Errorf("%s knows order.%s, which is no fact", name, used)
				}
			}
		default:
			for _, imported := range imports(t, name) {
				if isCustomers(imported+"/") && !startsWithAny(name, together) {
					t.Errorf("%s may not import %s", name, imported)
				}
			}
		}
	})
}

func isCustomers(path string) bool { return strings.Contains(path, "/customer/") }

func startsWithAny(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// usesOf returns what a file names of the package.
func usesOf(t *testing.T, name, pkg string) (used []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), root(name), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == pkg && x.Obj == nil {
			used = append(used, selector.Sel.Name)
		}
		return true
	})
	return used
}
