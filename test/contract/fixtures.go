package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

var start = time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC)

// lines returns new memory each time, so that laws can try to change it.
func lines() []order.Line {
	return []order.Line{
		{SKU: "mouse", Quantity: 2, Price: order.Money{Minor: 599, Currency: "USD"}},
		{SKU: "mouse", Quantity: 1, Price: order.Money{Minor: 1, Currency: "USD"}},
	}
}

func created(user string) order.Event { return order.Created{UserID: user, Lines: lines()} }

// busy are events that fill every list of an order.
func busy() []order.Event {
	usd := func(minor int64) order.Money { return order.Money{Minor: minor, Currency: "USD"} }
	return []order.Event{
		order.PaymentAuthorized{PaymentID: "p", Amount: usd(1000)},
		order.PaymentCaptured{PaymentID: "p", CaptureID: "c", Amount: usd(900)},
		order.PaymentVoided{PaymentID: "p", Amount: usd(100)},
		order.PaymentCaptured{PaymentID: "q", CaptureID: "d", Amount: usd(299)},
		order.PaymentRefunded{PaymentID: "q", RefundID: "r", Amount: usd(99)},
		order.Confirmed{},
		order.ItemsShipped{ShipmentID: "s", Items: []order.Packed{{SKU: "mouse", Quantity: 3}}},
		order.ShipmentDelivered{ShipmentID: "s"},
		order.PutOnHold{Reason: "fraud", Note: "odd"},
		order.Completed{},
	}
}

// changed is an event that differs for each n.
func changed(n int) order.Event {
	some := lines()
	some[0].Quantity = n + 1
	return order.ItemsChanged{Lines: some}
}

var actor = ports.Actor{Subject: "ann", Client: "shop", Issuer: "https://id.example"}

// follow makes the commit of events after past, with every field set.
func follow(past ports.Stream, events ...order.Event) ports.Commit {
	version := past.Version() + 1
	name := fmt.Sprintf("%s-%d", past.ID, version)
	return ports.Commit{
		OrderID: past.ID, Version: version, At: start.Add(time.Duration(version) * time.Second),
		ID: "commit-" + name, Events: events, Key: "key-" + name, Request: "request-" + name,
		Actor: actor, RequestID: "id-" + name,
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

// fill commits n orders, each created and then confirmed.
func fill(ctx context.Context, s ports.EventStore, from, n int) ([]ports.Commit, error) {
	var all []ports.Commit
	for i := from; i < from+n; i++ {
		past, err := grow(ctx, s, ports.Stream{ID: id(i)}, created("ann"))
		if err != nil {
			return nil, err
		}
		if past, err = grow(ctx, s, past, order.Confirmed{}); err != nil {
			return nil, err
		}
		all = append(all, past.Commits...)
	}
	return all, nil
}

// id makes the n-th order ID, apart from all others. Every third is short, and some of these differ
// in case alone.
func id(n int) order.ID {
	if short := n / 3; n%3 == 1 {
		return order.ID(fmt.Sprintf("%s%c%09d", order.IDPrefix, "Aa-_"[short%4], short/4))
	}
	return order.MakeID(fmt.Appendf(nil, "%016d ", n))
}

func ids(n int) []order.ID {
	made := make([]order.ID, n)
	for i := range made {
		made[i] = id(i)
	}
	return made
}

// eachRange tries ranges of the first n orders.
func eachRange(n int, try func(r ports.Range, want []order.ID) error) error {
	all := slices.Sorted(slices.Values(ids(n)))
	for _, tt := range []struct {
		r    ports.Range
		want []order.ID
	}{
		{ports.Range{Limit: 100}, all},
		{ports.Range{Limit: n}, all},
		{ports.Range{Limit: 3}, all[:3]},
		{ports.Range{From: all[4], Limit: 100}, all[4:]},
		{ports.Range{From: all[4] + "0", Limit: 2}, all[5:7]},
		{ports.Range{Through: all[4], Limit: 100}, all[:5]},
		{ports.Range{From: all[2], Through: all[4], Limit: 100}, all[2:5]},
		{ports.Range{From: all[2], Through: all[4] + "0", Limit: 2}, all[2:4]},
		{ports.Range{From: all[3], Through: all[3], Limit: 1}, all[3:4]},
		{ports.Range{From: all[n-1] + "0", Limit: 1}, all[:0]},
	} {
		if err := try(tt.r, tt.want); err != nil {
			return fmt.Errorf("%+v: %w", tt.r, err)
		}
	}
	return nil
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

// oneOf runs racers at the same time, and wants one to succeed and the others to conflict.
func oneOf(racers int, try func(racer int) error) (winner int, err error) {
	errs := make([]error, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() { errs[i] = try(i) })
	}
	race.Wait()
	winner = -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			return i, fmt.Errorf("racers %d and %d both succeeded", winner, i)
		case err == nil:
			winner = i
		case !errors.Is(err, ports.ErrConflict):
			return i, fmt.Errorf("a loser got %v, want ErrConflict", err)
		}
	}
	if winner < 0 {
		return winner, errors.New("nobody succeeded")
	}
	return winner, nil
}

// eventually tries until there is no error, or fails with the last one when ctx ends.
func eventually(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		if clock.Sleep(ctx, 20*time.Millisecond) != nil {
			return fmt.Errorf("at last: %w", err)
		}
	}
}
