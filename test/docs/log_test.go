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
		if !strings.Contains(string(page), "`"+sentence+"`") {
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

// feeds are how the log names the feeds of a follower, which complains about each alike.
var feeds = []string{"The feed ", "The feed of views "}

// call looks at log.Warn("sentence", "key", value), log.With("key", value), slog.Int("key", n), and
// complain("end of a sentence", err).
func (l logged) call(at string, call *ast.CallExpr) {
	of, is := call.Fun.(*ast.SelectorExpr)
	if !is || len(call.Args) == 0 {
		return
	}
	keys := call.Args
	if strings.HasSuffix(of.Sel.Name, "Context") {
		keys = keys[1:]
	}
	switch receiver, name := lastName(of.X), strings.TrimSuffix(of.Sel.Name, "Context"); {
	case name == "complain":
		for _, feed := range feeds {
			l.sentences[feed+literal(keys[0])] = at
		}
		return
	case receiver == "slog" && len(call.Args) == 2:
		keys = keys[:1]
	case !strings.EqualFold(receiver, "log") && receiver != "line":
		return
	case name == "Warn" || name == "Error":
		if text := literal(keys[0]); text != "" || !strings.Contains(at, "follower.go") {
			l.sentences[text] = at // An empty one is on no page.
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

// literal returns the text of a string literal, or of a constant of the same file that is one; else
// the empty text.
func literal(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			text, _ := strconv.Unquote(x.Value)
			return text
		}
	case *ast.Ident:
		if x.Obj == nil {
			return ""
		}
		if c, is := x.Obj.Decl.(*ast.ValueSpec); is && x.Obj.Kind == ast.Con {
			return literal(c.Values[0])
		}
	}
	return ""
}
