package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// logged are the keys and the sentences that the program logs, each with a place.
type logged struct{ keys, sentences map[string]string }

// The page of the operators has every key, and every sentence that warns.
func TestThePageOfTheLogIsWhole(t *testing.T) {
	page, err := os.ReadFile(root("docs/operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := logged{map[string]string{}, map[string]string{}}
	if err := filepath.WalkDir(root("."), all.visit); err != nil {
		t.Fatal(err)
	}
	if len(all.keys) < 20 || len(all.sentences) < 10 {
		t.Fatalf("only %d keys and %d sentences are found", len(all.keys), len(all.sentences))
	}
	for key, at := range all.keys {
		if !strings.Contains(string(page), "`"+key+"`") {
			t.Errorf("%s: docs/operations.md lacks the key %s", at, key)
		}
	}
	for sentence, at := range all.sentences {
		if !strings.Contains(string(page), "`"+sentence) {
			t.Errorf("%s: docs/operations.md lacks the line %q", at, sentence)
		}
	}
}

func (l logged) visit(path string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case entry.IsDir() && entry.Name() == "test":
		return fs.SkipDir
	case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
		return nil
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, is := n.(*ast.CallExpr); is {
			l.call(files.Position(call.Pos()).String(), call)
		}
		return true
	})
	return nil
}

// call looks at log.Warn("sentence", "key", value), log.With("key", value) and slog.Int("key", n).
func (l logged) call(at string, call *ast.CallExpr) {
	of, is := call.Fun.(*ast.SelectorExpr)
	if !is || len(call.Args) == 0 {
		return
	}
	keys := call.Args
	switch receiver, name := lastName(of.X), of.Sel.Name; {
	case receiver == "slog" && len(call.Args) == 2:
		keys = keys[:1]
	case !strings.EqualFold(receiver, "log") && receiver != "line":
		return
	case name == "Warn" || name == "Error":
		if text := literal(keys[0]); text != "" {
			l.sentences[strings.TrimSuffix(text, ".")] = at
		}
		keys = keys[1:]
	case name == "Info" || name == "Debug":
		keys = keys[1:]
	case name != "With":
		return
	}
	for i := 0; i < len(keys); i += 2 {
		if key := literal(keys[i]); key != "" {
			l.keys[key] = at
		}
	}
}

func lastName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// literal returns the text of a string literal, else the empty text.
func literal(x ast.Expr) string {
	if l, is := x.(*ast.BasicLit); is && l.Kind == token.STRING {
		text, _ := strconv.Unquote(l.Value)
		return text
	}
	return ""
}
