package arch

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// walk calls do with the name of every Go file that is no test.
func walk(t *testing.T, do func(name string)) {
	t.Helper()
	eachFile(t, func(name string) {
		if !strings.HasSuffix(name, "_test.go") {
			do(name)
		}
	})
}

func eachFile(t *testing.T, do func(name string)) {
	t.Helper()
	err := filepath.WalkDir(root(""), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
			return err
		}
		name, err := filepath.Rel(root(""), file)
		do(filepath.ToSlash(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func root(name string) string { return filepath.Join("..", "..", filepath.FromSlash(name)) }
