package docs_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"
)

// A house has every name that the pages may mention.
type house struct {
	files    map[string]bool            // By path and, for those that are named so, by base name.
	words    map[string]bool            // Of the code and its texts, not of comments or pages.
	packages map[string]map[string]bool // What each declares: Name, Type.Member.
	members  map[string]bool            // Type.Member of any package.
	imported map[string]bool            // The names of other people's packages.
	flags    map[string]bool            // Of the program and its tools.
	commands map[string]bool            // Of the program.
}

// here is the folder of this test, whose lies are no part of the house.
const here = "test/docs"

// built is the house, looked at once for all tests.
func built(t *testing.T) house {
	t.Helper()
	h, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var build = sync.OnceValues(func() (house, error) {
	h := house{
		map[string]bool{}, map[string]bool{}, map[string]map[string]bool{}, map[string]bool{},
		map[string]bool{}, map[string]bool{"help": true}, map[string]bool{},
	}
	return h, filepath.WalkDir(root(""), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == ".git" {
			return orSkip(err)
		}
		name, err := filepath.Rel(root(""), file)
		name = filepath.ToSlash(name)
		h.files[name], h.files[d.Name()] = true, true
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(name, here) {
			return err
		}
		return h.add(name)
	})
})

func orSkip(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}

func root(name string) string { return filepath.Join("..", "..", filepath.FromSlash(name)) }

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

func (h house) add(name string) error {
	if filepath.Ext(name) == ".md" {
		return nil
	}
	text, err := os.ReadFile(root(name))
	if err != nil || filepath.Ext(name) != ".go" {
		h.addWords(string(text))
		return err
	}
	files := token.NewFileSet()
	var tokens scanner.Scanner
	tokens.Init(files.AddFile(name, -1, len(text)), text, nil, 0)
	for _, kind, literal := tokens.Scan(); kind != token.EOF; _, kind, literal = tokens.Scan() {
		h.addWords(literal)
	}
	parsed, err := parser.ParseFile(files, name, text, 0)
	if err != nil {
		return err
	}
	h.addFile(parsed)
	return nil
}

func (h house) addWords(text string) {
	for _, w := range word.FindAllString(text, -1) {
		h.words[w] = true
	}
}

func (h house) addFile(f *ast.File) {
	pkg := strings.TrimSuffix(f.Name.Name, "_test")
	if h.packages[pkg] == nil {
		h.packages[pkg] = map[string]bool{}
	}
	declare := func(name string) {
		h.packages[pkg][name] = true
		if strings.Contains(name, ".") {
			h.members[name] = true
		}
	}
	for _, spec := range f.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); !strings.HasPrefix(path, "orders/") {
			h.imported[path[strings.LastIndex(path, "/")+1:]] = true
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			declare(receiver(d) + d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				h.addSpec(s, declare)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			h.addFlag(call)
		}
		return true
	})
}

// receiver is the type of a method with a dot.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	for {
		switch t := of.(type) {
		case *ast.StarExpr:
			of = t.X
		case *ast.IndexExpr:
			of = t.X
		case *ast.IndexListExpr:
			of = t.X
		case *ast.Ident:
			return t.Name + "."
		default:
			return ""
		}
	}
}

func (h house) addSpec(s ast.Spec, declare func(string)) {
	switch s := s.(type) {
	case *ast.ValueSpec:
		for _, n := range s.Names {
			declare(n.Name)
		}
	case *ast.TypeSpec:
		declare(s.Name.Name)
		ast.Inspect(s.Type, func(n ast.Node) bool {
			field, ok := n.(*ast.Field)
			if !ok {
				return true
			}
			for _, n := range field.Names {
				declare(s.Name.Name + "." + n.Name)
				h.addSetting(n.Name, field.Tag)
			}
			return true
		})
	}
}

// addSetting adds the flag and the variable that kong makes of a field.
func (h house) addSetting(field string, tag *ast.BasicLit) {
	if tag == nil {
		return
	}
	text, _ := strconv.Unquote(tag.Value)
	tags := reflect.StructTag(text)
	name := kebab(field)
	if given := tags.Get("name"); given != "" {
		name = given
	}
	if _, isCommand := tags.Lookup("cmd"); isCommand {
		h.commands[name] = true
	} else if _, isFlag := tags.Lookup("help"); isFlag {
		h.flags[name] = true
	}
}

func kebab(field string) string {
	var b strings.Builder
	for i, r := range field {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(rune(field[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// addFlag takes a call of the flag package for the flag that it makes.
func (h house) addFlag(call *ast.CallExpr) {
	made, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 3 {
		return
	}
	if x, ok := made.X.(*ast.Ident); !ok || x.Name != "flag" && x.Name != "flags" {
		return
	}
	for _, arg := range call.Args[:2] {
		if name, ok := arg.(*ast.BasicLit); ok && name.Kind == token.STRING {
			text, _ := strconv.Unquote(name.Value)
			h.flags[text] = true
			return
		}
	}
}
