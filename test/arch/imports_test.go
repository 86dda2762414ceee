// Package arch keeps dependencies pointing inwards and files readable.
package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "orders"

var wiring = []string{"go.uber.org/fx", "go.uber.org/dig"}

// impure is what the domain may not import even from the standard library: whatever has a
// clock, a random source, a context, a log, or an outside world.
var impure = []string{
	"context", "crypto/rand", "database", "io", "log", "math/rand", "net", "os", "syscall", "time",
}

func TestImportsPointInwards(t *testing.T) {
	walk(t, func(name string) {
		if strings.HasPrefix(name, "test/") || !strings.Contains(name, "/") {
			return // Tests and main see everything.
		}
		for _, imported := range imports(t, name) {
			if !mayImport(name, imported) {
				t.Errorf("%s may not import %s: %s", name, imported, cure(name, imported))
			}
		}
	})
}

// The test itself can fail: these imports must be forbidden.
func TestForbiddenImportsAreNoticed(t *testing.T) {
	for file, imported := range map[string]string{
		"domain/order/planted.go":    "orders/ports",
		"domain/order/clock.go":      "time",
		"ports/planted.go":           "orders/adapters/memory",
		"app/access/planted.go":      "orders/domain/order",
		"app/command/planted.go":     "orders/adapters/mongo",
		"app/projection/planted.go":  "go.mongodb.org/mongo-driver/mongo",
		"adapters/memory/planted.go": "orders/adapters/mongo",
		"newcomer/planted.go":        "orders/ports",

		"adapters/oidc/planted.go":          "orders/app/access",
		"adapters/http/planted.go":          "orders/adapters/memory",
		"adapters/message/planted.go":       "github.com/gofiber/fiber/v2",
		"adapters/message/a.go":             "orders/adapters/http/wire",
		"adapters/http/wire/planted.go":     "orders/adapters/http/order",
		"adapters/http/wire/a.go":           "orders/adapters/http/framing",
		"adapters/http/stream/planted.go":   "orders/adapters/http/order",
		"adapters/http/stream/a.go":         "orders/app/command",
		"adapters/http/service/planted.go":  "orders/adapters/http/stream",
		"adapters/http/order/planted.go":    "orders/adapters/http/stream",
		"adapters/http/order/a.go":          "orders/adapters/http",
		"adapters/http/customer/planted.go": "orders/app/command",
		"adapters/http/socket/a.go":         "orders/adapters/http",
	} {
		if mayImport(file, imported) {
			t.Errorf("%s may import %s", file, imported)
		}
	}
}

func mayImport(file, imported string) bool {
	if within(imported, wiring) {
		return strings.HasPrefix(file, "service/") || filepath.Base(file) == "module.go"
	}
	layer := layerOf(file)
	if first, _, _ := strings.Cut(imported, "/"); first != module && !strings.Contains(first, ".") {
		return layer != "domain" || !within(imported, impure)
	}
	return within(strings.TrimPrefix(imported, module+"/"), append(allowed[layer], layer))
}

// cure explains how to remove or allow a forbidden import.
func cure(file, imported string) string {
	layer := layerOf(file)
	switch {
	case within(imported, wiring):
		return "move what needs Fx to a module.go, and let constructors be usable without it"
	case layer == "domain" && !strings.Contains(imported, "."):
		return "the domain is pure: let the caller pass what it needs as a value"
	case layer == "":
		return "add a row for its folder to `allowed` in test/arch/allowed_test.go"
	}
	return fmt.Sprintf("turn the dependency around (a port that the importing side names), or, "+
		"if the arrow is meant, add %q to the row %q of `allowed` in test/arch/allowed_test.go",
		strings.TrimPrefix(imported, module+"/"), layer)
}

// within reports whether path is one of folders or below one.
func within(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return folder != "" && (path == folder || strings.HasPrefix(path, folder+"/"))
	})
}

// layerOf returns the longest key of allowed that is a folder of file.
func layerOf(file string) (layer string) {
	for folder := range allowed {
		if strings.HasPrefix(file, folder+"/") && len(folder) > len(layer) {
			layer = folder
		}
	}
	return layer
}

func imports(t *testing.T, name string) (paths []string) {
	t.Helper()
	for _, spec := range parsedImports(t, name) {
		path, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, path)
	}
	return paths
}

func parsedImports(t *testing.T, name string) []*ast.ImportSpec {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), root(name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Imports
}
