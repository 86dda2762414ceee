package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"orders/adapters/backupfile"
	"orders/adapters/memory"
	"orders/app/backup"
	"orders/domain/order"
	"orders/ports"
)

var silent = slog.New(slog.DiscardHandler)

func nobody(backup.Progress) {}

func idOf(n int) order.ID { return order.MakeID([]byte(fmt.Sprintf("%016d.", n))) }

// next is the next commit of an order.
func next(id order.ID, version int) ports.Commit {
	c := ports.Commit{
		OrderID: id, Version: version, At: time.UnixMilli(1_700_000_000_000).UTC(),
		ID: fmt.Sprint(id, " ", version), Actor: ports.Anonymous,
		Events: []order.Event{order.Confirmed{}},
	}
	if version == 1 {
		c.Events = []order.Event{order.Created{UserID: "ann", Lines: []order.Line{
			{SKU: "a", Quantity: 1, Price: order.Money{Minor: 1, Currency: "USD"}},
		}}}
	}
	return c
}

func appendNext(t testing.TB, s ports.EventStore, id order.ID, version int) {
	t.Helper()
	past := ports.Stream{ID: id}
	past.Before.Version = version - 1
	if err := s.Append(t.Context(), past, next(id, version)); err != nil {
		t.Error(err)
	}
}

// filled is a store of some orders, the n-th of which has n%4+1 commits.
func filled(t testing.TB, orders int) *memory.EventStore {
	t.Helper()
	s := memory.NewEventStore()
	for n := range orders {
		for version := range n%4 + 1 {
			appendNext(t, s, idOf(n), version+1)
		}
	}
	return s
}

func sourceOf(s *memory.EventStore) backup.Source {
	return backup.Source{Feed: s, Archive: s, History: s}
}

// A file is what is exported into in tests.
type file struct {
	*backupfile.Writer
	out bytes.Buffer
}

func newFile(t testing.TB) *file {
	t.Helper()
	f := &file{}
	var err error
	if f.Writer, err = backupfile.NewWriter(&f.out, backupfile.Header{
		Format: backupfile.Format, Version: backupfile.Version,
	}); err != nil {
		t.Fatal(err)
	}
	return f
}

// export is one of s to f, from the present of s.
func export(t testing.TB, s backup.Source, f *file) backup.Export {
	t.Helper()
	from, err := s.Feed.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return backup.Export{
		Source: s, To: f, Has: f.Has, From: from, Report: nobody, Log: silent,
	}
}

// commits are those of a whole file, in its order.
func (f *file) commits(t testing.TB) (all []ports.Commit) {
	t.Helper()
	if err := f.End(); err != nil {
		t.Fatal(err)
	}
	r, err := backupfile.NewReader(&f.out)
	for err == nil {
		var c *ports.Commit
		if c, _, err = r.Next(); err == nil && c != nil {
			all = append(all, *c)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return all
}

func (f *file) runs(t testing.TB, e backup.Export) {
	t.Helper()
	if err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// linesOf hands over commits, the first of which is in line 2.
func linesOf(all []ports.Commit) backup.Lines {
	return func(ctx context.Context, each func(int, ports.Commit) error) error {
		for i, c := range all {
			if err := errors.Join(ctx.Err(), each(i+2, c)); err != nil {
				return err
			}
		}
		return nil
	}
}

// has wants a store to have exactly these commits.
func has(t testing.TB, s ports.EventStore, all []ports.Commit) {
	t.Helper()
	want := map[order.ID][]ports.Commit{}
	for _, c := range all {
		want[c.OrderID] = append(want[c.OrderID], c)
	}
	for id, commits := range want {
		is, err := s.Load(t.Context(), id)
		if err != nil || !reflect.DeepEqual(is.Commits, commits) {
			t.Fatalf("order %s is\n%+v, %v, want\n%+v", id, is.Commits, err, commits)
		}
	}
}

func imported(s *memory.EventStore, all []ports.Commit) backup.Import {
	return backup.Import{
		Into: s, Archive: s, From: linesOf(all), Report: nobody, Log: silent,
	}
}

func importedInto(m moody, s *memory.EventStore, all []ports.Commit) backup.Import {
	i := imported(s, all)
	i.Into = m
	return i
}
