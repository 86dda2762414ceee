package golden_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/golden"
)

// A failures counts what a helper reports, in place of a test.
type failures struct {
	testing.TB
	seen []string
}

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.seen = append(f.seen, fmt.Sprintf(format, args...))
}

// The flag writes a file that is missing. A form that changed stays red with it: whoever means to
// renew a file deletes it first.
func TestUpdateRewritesNoFile(t *testing.T) {
	before := *golden.Update
	*golden.Update = true
	defer func() { *golden.Update = before }()
	path := filepath.Join(t.TempDir(), "form.json")
	form := func(field string) bson.Raw {
		return golden.FromJSON(t, `{"`+field+`":"x"}`)
	}
	golden.Want(t, form("was"), path) // It is missing.
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := &failures{TB: t}
	golden.Want(got, form("is"), path)
	if len(got.seen) != 1 {
		t.Errorf("a form that changed is reported as %q", got.seen)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(written) {
		t.Errorf("the file is now %s, %v; want %s", now, err, written)
	}
}
