package contract

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// catches runs every law on the adapter that was broken for it, and wants the law to notice.
// A law without such an adapter proves nothing, so it fails too.
func catches[A any](t *testing.T, laws []law[A], broken map[string]func() A) {
	t.Helper()
	catchesWithin(t, time.Second/2, laws, broken,
		func(t *testing.T, test func(*testing.T)) { test(t) })
}

// catchesLate is catches for laws that wait long, though not really.
func catchesLate[A any](t *testing.T, laws []law[A], broken map[string]func() A) {
	t.Helper()
	catchesWithin(t, patience, laws, broken, synctest.Test)
}

func catchesWithin[A any](
	t *testing.T, d time.Duration, laws []law[A], broken map[string]func() A, in In,
) {
	t.Helper()
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel() // Many wait for what does not come.
			open, ok := broken[l.name]
			if !ok {
				t.Fatal("no adapter is broken for this law")
			}
			in(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), d)
				defer cancel()
				switch err := l.holds(ctx, open()); {
				case err == nil:
					t.Error("the law did not notice")
				case !strings.Contains(err.Error(), "go doc orders/ports"):
					t.Errorf("make a list of promises[Port] of the laws: %v names no port", err)
				default:
					t.Log(err)
				}
			})
		})
	}
	if len(broken) != len(laws) {
		t.Errorf("%d adapters are broken for %d laws", len(broken), len(laws))
	}
}
