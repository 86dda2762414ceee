package backup

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"golang.org/x/sync/errgroup"

	"orders/domain/order"
	"orders/ports"
)

const (
	windowCommits = 8192     // How many commits are held at once, at most.
	windowBytes   = 32 << 20 // About how many bytes these have, at most, unless one has more.
	// ordersInTurn is how many orders are worked on at once: enough for full group commits.
	ordersInTurn = 1024
)

// A window is the part of a backup that is worked on at once.
type window struct {
	of                     map[order.ID]*stretch
	commits, firsts, bytes int

	first, last order.ID
	isSorted    bool // It is a part of the archive, so that a scan finds its orders.
}

func newWindow() *window { return &window{of: map[order.ID]*stretch{}, isSorted: true} }

func (w *window) add(line int, c ports.Commit) {
	s := w.of[c.OrderID]
	if s == nil {
		s = &stretch{id: c.OrderID}
		w.of[c.OrderID] = s
	}
	s.commits, s.lines = append(s.commits, c), append(s.lines, line)
	w.isSorted = w.isSorted && c.OrderID >= w.last
	if w.last = c.OrderID; w.commits == 0 {
		w.first = c.OrderID
	}
	w.commits, w.bytes = w.commits+1, w.bytes+c.Size()
	if c.Version == 1 {
		w.firsts++
	}
}

func (w *window) isFull() bool { return w.commits >= windowCommits || w.bytes >= windowBytes }

func (w *window) each(ctx context.Context, work func(context.Context, *stretch) error) error {
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(ordersInTurn)
	for _, s := range w.of {
		if ctx.Err() != nil {
			break
		}
		workers.Go(func() error { return work(ctx, s) })
	}
	return workers.Wait()
}

// A stretch is successive commits of an order, with their lines, and what the store has of them.
type stretch struct {
	id      order.ID
	commits []ports.Commit
	lines   []int

	there   int    // How many of the commits are there, from the first one on.
	follows bool   // The commit before the first one is there, or there is none before.
	why     string // How the next one differs; empty if it does not, or is not there.
}

// errSeen ends reading an order of which enough is seen.
var errSeen = errors.New("seen")

func (s *stretch) begin() {
	s.there, s.follows, s.why = 0, s.commits[0].Version == 1, ""
}

// see takes note of a commit of the order that the store has. It returns errSeen after the last one
// that matters.
func (s *stretch) see(c ports.Commit) error {
	n := c.Version - s.commits[0].Version
	switch {
	case s.why != "" || n >= len(s.commits): // The store may have more.
		return errSeen
	case c.Unreadable != nil:
		s.why = "cannot be read there"
	case n == -1:
		s.follows = true
	case n >= 0:
		if fields := differing(s.commits[n], c); len(fields) > 0 {
			s.why = "differs in " + strings.Join(fields, ", ")
			return errSeen
		}
		s.there = n + 1
	}
	return nil
}

// difference is that of the next commit, if it differs.
func (s *stretch) difference() Difference {
	n := min(s.there, len(s.commits)-1)
	return Difference{s.lines[n], s.id, s.commits[n].Version, s.why}
}

// look finds what the store has of a window: by one scan, if that reads little else.
func (m *importing) look(ctx context.Context, w *window) error {
	if !w.isSorted || w.commits == 0 {
		return w.each(ctx, m.lookAt)
	}
	return m.untilAnswered(ctx, func() error {
		for _, s := range w.of {
			s.begin()
		}
		all := ports.Range{From: w.first, Through: w.last, Limit: math.MaxInt}
		return m.Archive.Commits(ctx, all, func(c ports.Commit) error {
			if s := w.of[c.OrderID]; s != nil {
				_ = s.see(c)
			}
			m.move()
			return nil
		})
	})
}

// lookAt finds what the store has of a stretch.
func (m *importing) lookAt(ctx context.Context, s *stretch) error {
	return m.untilAnswered(ctx, func() error { return m.read(ctx, s) })
}

func (m *importing) read(ctx context.Context, s *stretch) error {
	s.begin()
	err := m.Into.Read(ctx, s.id, max(s.commits[0].Version-2, 0), s.see)
	switch {
	case errors.Is(err, errSeen):
		return nil
	case errors.Is(err, ports.ErrUnreadable):
		s.why = "cannot be read there"
		return nil
	case err != nil:
		err = fmt.Errorf("read order %s: %w", s.id, err)
	}
	return err
}

// differing names the fields in which two commits differ.
func differing(is, there ports.Commit) (names []string) {
	is.At, there.At = is.At.UTC(), there.At.UTC()
	a, b := reflect.ValueOf(is), reflect.ValueOf(there)
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			names = append(names, a.Type().Field(i).Name)
		}
	}
	return names
}
