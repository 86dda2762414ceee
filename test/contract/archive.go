package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// An Archived store is one together with the archive of what it records.
type Archived interface {
	ports.EventStore
	ports.Archive
}

// Archive checks the archives that open returns, each of a fresh and empty store.
func Archive(t *testing.T, open func(*testing.T) Archived) { check(t, archiveLaws, open) }

var archiveLaws = []law[Archived]{
	{"streams are those of the first orders of a range, ordered by ID", streamsInRange},
	{"streams are whole", streamsAreWhole},
	{"the size is about how many commits there are", sizeIsAbout},
	{"who receives streams cannot change the past", streamsAreSafe},
}

func streamsInRange(ctx context.Context, a Archived) error {
	const orders = 10
	if _, err := fill(ctx, a, 0, orders); err != nil {
		return err
	}
	return eachRange(orders, func(r ports.Range, want []order.ID) error {
		streams, err := a.Streams(ctx, r)
		got := []order.ID{}
		for _, s := range streams {
			got = append(got, s.ID)
		}
		return errors.Join(err, wantEqual(got, want))
	})
}

func streamsAreWhole(ctx context.Context, a Archived) error {
	past := ports.Stream{ID: id(1)}
	var err error
	for _, events := range [][]order.Event{
		{created("ann"), order.ItemsChanged{Lines: lines()}}, busy(), {order.Confirmed{}},
	} {
		if past, err = grow(ctx, a, past, events...); err != nil {
			return err
		}
	}
	streams, err := a.Streams(ctx, ports.Range{Limit: 2})
	return errors.Join(err, wantEqual(streams, []ports.Stream{past}))
}

func sizeIsAbout(ctx context.Context, a Archived) error {
	const orders = 50
	none, err := a.Size(ctx)
	if err := errors.Join(err, wantEqual(none, 0)); err != nil {
		return err
	}
	commits, err := fill(ctx, a, 0, orders)
	if err != nil {
		return err
	}
	size, err := a.Size(ctx)
	if err == nil && (size < len(commits)*9/10 || size > len(commits)*11/10) {
		err = fmt.Errorf("size %d of %d commits", size, len(commits))
	}
	return err
}

func streamsAreSafe(ctx context.Context, a Archived) error {
	commits, err := fill(ctx, a, 1, 1)
	if err != nil {
		return err
	}
	streams, err := a.Streams(ctx, ports.Range{Limit: 2})
	spoil(reflect.ValueOf(streams))
	return errors.Join(err, wantStream(ctx, a, ports.Stream{ID: id(1), Commits: commits}))
}
