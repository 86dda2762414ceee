package arch

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// The limits keep a function on one screen and two files side by side.
const (
	columnsMax       = 100
	linesFileMax     = 250
	linesFunctionMax = 40
)

func TestTidy(t *testing.T) {
	eachFile(t, func(name string) {
		tidyLines(t, name)
		tidyFunctions(t, name)
	})
}

func tidyLines(t *testing.T, name string) {
	t.Helper()
	f, err := os.Open(root(name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	number := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		number++
		text := strings.ReplaceAll(lines.Text(), "\t", "    ")
		if n := utf8.RuneCountInString(text); n > columnsMax && !isTag(text) {
			t.Errorf("%s:%d: %d columns, at most %d: break the line", name, number, n, columnsMax)
		}
	}
	if number > linesFileMax {
		t.Errorf("%s: %d lines, at most %d: move one of its topics to a file of its own",
			name, number, linesFileMax)
	}
}

// isTag reports whether a line describes a field, which its tag must do in one line.
func isTag(line string) bool {
	return strings.Contains(line, `help:"`) || strings.Contains(line, `doc:"`)
}

func tidyFunctions(t *testing.T, name string) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, root(name), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range parsed.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1
		if n > linesFunctionMax {
			t.Errorf("%s: %s has %d lines, at most %d: name a part of it and make it a function",
				name, f.Name.Name, n, linesFunctionMax)
		}
	}
}
