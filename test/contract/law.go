// Package contract holds the laws that every adapter of a port obeys. They say in code what the
// ports promise in words. A law returns an error, so that it can be run on adapters that are
// broken on purpose; for each law there is one that it must catch.
package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A law is one promise of a port with the adapter A.
type law[A any] struct {
	name  string
	holds func(context.Context, A) error
}

// patience bounds how long a law waits for what must come.
const patience = 30 * time.Second

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

// on makes laws of A into laws of what has an A.
func on[A, B any](laws []law[A], of func(B) A) []law[B] {
	var made []law[B]
	for _, l := range laws {
		made = append(made, law[B]{l.name, func(ctx context.Context, b B) error {
			return l.holds(ctx, of(b))
		}})
	}
	return made
}

var start = time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC)

// lines returns new memory each time, so that laws can try to change it.
func lines() []order.Line {
	return []order.Line{
		{SKU: "mouse", Quantity: 2, Price: order.Money{Minor: 599, Currency: "USD"}},
		{SKU: "mouse", Quantity: 1, Price: order.Money{Minor: 1, Currency: "USD"}},
	}
}

func created(user string) order.Event { return order.Created{UserID: user, Lines: lines()} }

// follow makes the commit of events after past, with every field set.
func follow(past ports.Stream, events ...order.Event) ports.Commit {
	version := past.Version() + 1
	name := fmt.Sprintf("%s-%d", past.ID, version)
	return ports.Commit{
		OrderID: past.ID, Version: version, At: start.Add(time.Duration(version) * time.Second),
		ID: "commit-" + name, Events: events, Key: "key-" + name, Request: "request-" + name,
		Actor: "anonymous", RequestID: "id-" + name,
		Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	}
}

// grow appends one commit with the events to an order and returns its stream.
func grow(
	ctx context.Context, s ports.EventStore, past ports.Stream, events ...order.Event,
) (ports.Stream, error) {
	c := follow(past, events...)
	if err := s.Append(ctx, past, c); err != nil {
		return past, err
	}
	past.Commits = append(past.Commits[:past.Version():past.Version()], c)
	return past, nil
}

// id makes the n-th order ID, apart from all others.
func id(n int) order.ID {
	return order.MakeID(fmt.Appendf(nil, "%016d ", n))
}

func wantError(got, want error) error {
	if !errors.Is(got, want) {
		return fmt.Errorf("error %v, want %v", got, want)
	}
	return nil
}

func wantEqual[T any](got, want T) error {
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("got\n\t%+v, want\n\t%+v", got, want)
	}
	return nil
}

// spoil overwrites all memory that a caller can reach through v's slices.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		spoil(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
			if v.Index(i).CanSet() {
				v.Index(i).SetZero()
			}
		}
	default:
	}
}
