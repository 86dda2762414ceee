// Package leak finds goroutines that tests leave behind. On a machine that is busy with other
// things they end later than goleak itself would wait.
package leak

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const patience = time.Minute

// None wants no goroutine to be left but those that are named, such as goleak.IgnoreCurrent().
func None(tb testing.TB, but ...goleak.Option) {
	tb.Helper()
	if err := left(but); err != nil {
		tb.Error(err)
	}
}

// Main runs the tests of a package, which fail if they leave more goroutines than are named.
func Main(m *testing.M, but ...goleak.Option) {
	code := m.Run()
	if code == 0 {
		if err := left(but); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func left(but []goleak.Option) error {
	err := goleak.Find(but...)
	for begun := time.Now(); err != nil && time.Since(begun) < patience; {
		err = goleak.Find(but...)
	}
	return err
}
