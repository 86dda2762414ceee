package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// A module has a folder of its name in each layer. It knows orders only by their events and the
// values in them, and no other module; orders know nothing of it. Only the list of modules knows
// them all.

// list is the file that lists the modules: it imports each from the folder that puts it together.
const (
	list   = "service/modules.go"
	listed = module + "/service/"
)

// facts are the names of domain/order that another module may use, besides the events.
var facts = []string{
	"ID", "IsName", "Event", "Line", "Money", "Currency", "MinorMax", "Packed",
}

// events are the names of the events of domain/order.
func events(t *testing.T) (names []string) {
	t.Helper()
	const file = "domain/order/events.go"
	parsed, err := parser.ParseFile(token.NewFileSet(), root(file), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Type" {
			names = append(names, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	if !slices.Contains(names, "Created") {
		t.Fatalf("%s has the events %v, and lacks Created", file, names)
	}
	return names
}

func TestModulesAreApart(t *testing.T) {
	all := modulesOf(imports(t, list))
	if len(all) == 0 {
		t.Fatalf("%s lists no module", list)
	}
	known := append(events(t), facts...)
	walk(t, func(name string) {
		if strings.HasPrefix(name, "test/") {
			return
		}
		for _, imported := range imports(t, name) {
			if !keepsApart(all, name, imported) {
				t.Errorf("%s may not import %s: a module is known to %s alone, and speaks to "+
					"orders by their events", name, imported, list)
			}
		}
		if moduleOf(all, name) == "" {
			return
		}
		for _, used := range usesOf(t, name, "order") {
			if !slices.Contains(known, used) {
				t.Errorf("%s knows order.%s, which is no event; if it is a value of one, add it "+
					"to `facts` in test/arch/modules_test.go", name, used)
			}
		}
	})
}

// Only where the parts of a module meet, which all have its name, do packages of ours have another.
func TestOurPackagesHaveNoAlias(t *testing.T) {
	all := modulesOf(imports(t, list))
	walk(t, func(name string) {
		if strings.HasPrefix(name, "service/") && moduleOf(all, name) != "" {
			return
		}
		for _, spec := range parsedImports(t, name) {
			if spec.Name != nil && strings.HasPrefix(spec.Path.Value, `"`+module+"/") {
				t.Errorf("%s calls %s by another name; give the library that has the name another",
					name, spec.Path.Value)
			}
		}
	})
}

// The test itself can fail: these imports must be forbidden, and a third module needs no line here.
func TestModulesThatMeetAreNoticed(t *testing.T) {
	all := modulesOf([]string{"fmt", listed + "customer", listed + "stock"})
	for file, imported := range map[string]string{
		"adapters/http/api.go":              "orders/adapters/http/customer",
		"app/live/planted.go":               "orders/domain/stock",
		"service/service.go":                "orders/service/customer",
		list:                                "orders/adapters/mongo/customer",
		"domain/order/planted.go":           "orders/domain/customer",
		"adapters/mongo/stock/planted.go":   "orders/ports/customer",
		"service/customer/module.go":        "orders/service/stock",
		"adapters/http/customer/planted.go": "orders/adapters/http/stock",
	} {
		if keepsApart(all, file, imported) {
			t.Errorf("%s may import %s", file, imported)
		}
	}
	for file, imported := range map[string]string{
		list:                             "orders/service/stock",
		"service/stock/module.go":        "orders/adapters/mongo/stock",
		"adapters/http/stock/planted.go": "orders/adapters/http/wire",
	} {
		if !keepsApart(all, file, imported) {
			t.Errorf("%s may not import %s", file, imported)
		}
	}
}

// modulesOf are the names of the modules among imports of the list.
func modulesOf(imported []string) (names []string) {
	for _, path := range imported {
		if name, ok := strings.CutPrefix(path, listed); ok {
			names = append(names, name)
		}
	}
	return names
}

// moduleOf is the module whose folder a file is in, or none.
func moduleOf(all []string, file string) string {
	folders := strings.Split(file, "/")
	for _, folder := range folders[:len(folders)-1] {
		if slices.Contains(all, folder) {
			return folder
		}
	}
	return ""
}

// keepsApart reports whether an import leaves modules apart.
func keepsApart(all []string, file, imported string) bool {
	of := moduleOf(all, imported+"/")
	return of == "" || !strings.HasPrefix(imported, module+"/") || of == moduleOf(all, file) ||
		file == list && imported == listed+of
}

// usesOf returns the names of the package that a file uses.
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
