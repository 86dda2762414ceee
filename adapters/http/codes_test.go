package http_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	nethttp "net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/adapters/http/wire"
	"orders/domain/order"
)

// update makes tests write the files that they would compare.
var update = flag.Bool("update", false, "write docs/errors.md")

// codes are the API's own, by name.
var codes = func() map[string]wire.Code {
	all := map[string]wire.Code{}
	for _, c := range http.Codes {
		all[c.Name] = c
	}
	return all
}()

// wrongProblem tells how a problem differs from the row of its code. Each problem that a test gets
// is held against the table.
func wrongProblem(problem object) error {
	name, _ := problem["code"].(string)
	row, listed := codes[name]
	switch {
	case !listed:
		return fmt.Errorf("the code %q is in no table of codes", name)
	case problem["status"] != float64(row.Status) || problem["message"] != row.Message:
		return fmt.Errorf("%s is %v %v, listed with %d %s", name, problem["status"],
			problem["message"], row.Status, row.Message)
	}
	for member := range problem {
		usual := []string{"type", "title", "status", "detail", "instance", "code", "message"}
		if !slices.Contains(usual, member) && !slices.Contains(row.Members, member) {
			return fmt.Errorf("%s has %s, listed are %v", name, member, row.Members)
		}
	}
	if slices.Contains(row.Members, "issues") && problem["issues"] == nil {
		return fmt.Errorf("%s has no issues", name)
	}
	return nil
}

func TestAWrongProblemIsNoticed(t *testing.T) {
	a := start(t).ask(t, "GET", "/nothing", "")
	if err := wrongProblem(a.json); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{
		"code": "no-such", "status": 400.0, "message": "❌ Bad", "issues": []any{},
	} {
		problem := object{}
		if err := json.Unmarshal([]byte(a.text), &problem); err != nil {
			t.Fatal(err)
		}
		problem[name] = value
		if wrongProblem(problem) == nil {
			t.Errorf("%s may be %v", name, value)
		}
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	if len(codes) != len(http.Codes) {
		t.Error("a code comes twice")
	}
	for _, e := range order.Refusals {
		if _, listed := codes[e.Code]; !listed {
			t.Errorf("%s of the domain is not listed", e.Code)
		}
	}
	for _, c := range http.Codes {
		if c.Meaning == "" || c.Action == "" || c.Retry == "" || c.Message == "" {
			t.Errorf("%s is not explained: %+v", c.Name, c)
		}
		later := c.Retry == wire.RetryLater || c.Retry == wire.RetryWithKey
		mayLater := c.Status == 408 || c.Status == 429 || c.Status >= 500
		if c.Status == 503 && !later || !mayLater && later {
			t.Errorf("%s is %d and may be sent again: %s", c.Name, c.Status, c.Retry)
		}
		allows := slices.Contains(c.Members, "allowedCommands")
		if strings.Contains(c.Message, "not allowed") && c.Status == 409 && !allows {
			t.Errorf("%s does not say what is allowed", c.Name)
		}
	}
}

// Nothing but the table names a code, so that no answer has another headline or status.
func TestOnlyTheTableNamesCodes(t *testing.T) {
	for _, root := range []string{".", "../message"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") {
				findCodes(t, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// findCodes wants a file to make no problem by hand, but in the method of Code, and no code that is
// not listed.
func findCodes(t *testing.T, path string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, is := n.(*ast.CompositeLit)
		if !is {
			return true
		}
		switch nameOf(literal.Type) {
		case "Problem":
			if filepath.Base(path) != "codes.go" {
				t.Errorf("%s makes a problem; let a wire.Code make it", path)
			}
		case "Code":
			text, is := literal.Elts[0].(*ast.KeyValueExpr).Value.(*ast.BasicLit)
			if !is { // The domain's refusals are looked for by another test.
				return true
			}
			if name, _ := strconv.Unquote(text.Value); codes[name].Name == "" {
				t.Errorf("%s has the code %s, which is not listed", path, name)
			}
		}
		return true
	})
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// The document's enum and docs/errors.md have the codes of the table.
func TestWhereCodesAreDocumented(t *testing.T) {
	code := explained(schemaOf(t, start(t), "Problem"))["code"].(object)
	var names []any
	for _, c := range http.Codes {
		names = append(names, c.Name)
		if !strings.Contains(code["description"].(string), c.Meaning) {
			t.Errorf("the document does not explain %s", c.Name)
		}
	}
	if !slices.Equal(code["enum"].([]any), names) {
		t.Errorf("the document has the codes %v, want %v", code["enum"], names)
	}
	const file = "../../docs/errors.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(text), "\n## Codes\n")
	want := head + "\n## Codes\n" + errorsPage()
	switch {
	case !found:
		t.Errorf("%s has no part for codes", file)
	case *update:
		err = os.WriteFile(file, []byte(want), 0o644)
	case want != string(text):
		t.Errorf("%s is not what the codes say; go test ./adapters/http -run %s -update",
			file, t.Name())
	}
	if err != nil {
		t.Error(err)
	}
}

// errorsPage is a table for each status.
func errorsPage() string {
	var page strings.Builder
	rows, toAny := slices.Clone(http.Codes), []string{}
	for _, c := range rows {
		if c.ToAny {
			toAny = append(toAny, "`"+c.Name+"`")
		}
	}
	fmt.Fprintf(&page, "\nAny request may get these, so no operation lists them all:\n%s.\n",
		strings.Join(toAny, ",\n"))
	slices.SortStableFunc(rows, func(a, b wire.Code) int { return cmp.Compare(a.Status, b.Status) })
	status := 0
	for _, c := range rows {
		if c.Status != status {
			status = c.Status
			fmt.Fprintf(&page, "\n### %d %s\n\n| Code and headline | Meaning | What to do | "+
				"Send it again? | Also has |\n|---|---|---|---|---|\n",
				status, nethttp.StatusText(status))
		}
		members := "–"
		if len(c.Members) > 0 {
			members = "`" + strings.Join(c.Members, "`, `") + "`"
		}
		fmt.Fprintf(&page, "| `%s` %s | %s | %s | %s | %s |\n", c.Name, c.Message, c.Meaning,
			c.Action, c.Retry, members)
	}
	return page.String()
}
