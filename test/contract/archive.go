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

// An Archived store is an event store together with the archive of what it records.
type Archived interface {
	ports.EventStore
	ports.Archive
}

// Archive checks the archives that open returns, each of a fresh and empty store.
func Archive(t *testing.T, open func(*testing.T) Archived) { check(t, archiveLaws, open) }

var archiveLaws = promises[ports.Archive]([]law[Archived]{
	{"commits are those of the first orders of a range, by ID and version", streamsInRange},
	{"all commits of an order are told", streamsAreWhole},
	{"telling ends as soon as each fails, with that error", archiveEnds},
	{"the size is about how many commits there are", sizeIsAbout},
	{"who is told of commits cannot change the past", streamsAreSafe},
})

// archived collects what an archive hands over.
func archived(ctx context.Context, a ports.Archive, r ports.Range) ([]ports.Stream, error) {
	streams := []ports.Stream{}
	err := a.Commits(ctx, r, func(c ports.Commit) error {
		if n := len(streams); n == 0 || streams[n-1].ID != c.OrderID {
			streams = append(streams, ports.Stream{ID: c.OrderID})
		}
		last := &streams[len(streams)-1]
		last.Commits = append(last.Commits, c)
		return nil
	})
	return streams, err
}

func archiveEnds(ctx context.Context, a Archived) error {
	if _, err := fill(ctx, a, 0, 3); err != nil {
		return err
	}
	enough, told := errors.New("enough"), 0
	err := a.Commits(ctx, ports.Range{Limit: 3}, func(ports.Commit) error {
		if told++; told == 2 {
			return enough
		}
		return nil
	})
	return errors.Join(wantError(err, enough), wantEqual(told, 2))
}

func streamsInRange(ctx context.Context, a Archived) error {
	const orders = 10
	if _, err := fill(ctx, a, 0, orders); err != nil {
		return err
	}
	return eachRange(orders, func(r ports.Range, want []order.ID) error {
		streams, err := archived(ctx, a, r)
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
	streams, err := archived(ctx, a, ports.Range{Limit: 2})
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
	streams, err := archived(ctx, a, ports.Range{Limit: 2})
	spoil(reflect.ValueOf(streams))
	return errors.Join(err, wantStream(ctx, a, ports.Stream{ID: id(1), Commits: commits}))
}
