// Package contract holds the laws that every adapter of a port obeys. They say in code what the
// ports promise in words. A law returns an error, so that it can be run on adapters that are
// broken on purpose; for each law there is one that it must catch.
//
// The laws of a port stand in the file of its name, the adapters that are broken for them in
// broken_…_test.go, and what all laws use in fixtures.go.
package contract

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// A law is one promise of a port with the adapter A.
type law[A any] struct {
	name  string
	holds func(context.Context, A) error
}

// promises makes the errors of laws say which promise of which port is not kept.
func promises[Port, A any](laws []law[A]) []law[A] {
	port := reflect.TypeFor[Port]()
	name, _, _ := strings.Cut(port.Name(), "[") // Without the type parameters of a generic one.
	for i, l := range laws {
		laws[i].holds = func(ctx context.Context, a A) error {
			if err := l.holds(ctx, a); err != nil {
				return fmt.Errorf("the port promises that %s (read: go doc %s.%s), but: %w",
					l.name, port.PkgPath(), name, err)
			}
			return nil
		}
	}
	return laws
}

// patience is how long a law waits for something that must happen.
const patience = 2 * time.Minute

// check runs each law on an adapter of its own, fresh and empty.
func check[A any](t *testing.T, laws []law[A], open func(*testing.T) A, in ...In) {
	for _, l := range laws {
		run := func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := l.holds(ctx, open(t)); err != nil {
				t.Error(err)
			}
		}
		t.Run(l.name, func(t *testing.T) {
			for _, into := range in {
				out := run
				run = func(t *testing.T) { into(t, out) }
			}
			run(t)
		})
	}
}

// on makes laws of A into laws of B, which has an A.
func on[A, B any](laws []law[A], of func(B) A) []law[B] {
	var made []law[B]
	for _, l := range laws {
		made = append(made, law[B]{l.name, func(ctx context.Context, b B) error {
			return l.holds(ctx, of(b))
		}})
	}
	return made
}
