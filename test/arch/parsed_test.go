package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

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
