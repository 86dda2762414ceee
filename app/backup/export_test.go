package backup_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/app/backup"
	"orders/domain/order"
	"orders/ports"
)

// A feed is what tests put between an export and a store.
type feed struct {
	ports.EventFeed
	before func()                                   // Before following.
	change func(ports.Batch) ports.Batch            // What is told.
	from   func(from ports.Position) ports.Position // From where.
}

func (f feed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	if f.before != nil {
		f.before()
	}
	if f.from != nil {
		from = f.from(from)
	}
	return f.EventFeed.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
		if f.change != nil {
			b = f.change(b)
		}
		return handle(ctx, b)
	})
}

// The versions that the feed tells again, too early or in the wrong order are in the file once.
func TestEachOrderIsAGaplessPrefixWhateverTheFeedTells(t *testing.T) {
	everything := func(ports.Position) ports.Position { return "" }
	backwards := func(b ports.Batch) ports.Batch {
		slices.Reverse(b.Commits)
		return b
	}
	for name, as := range map[string]feed{
		"what came after the note": {},
		"everything":               {from: everything},
		"everything, backwards":    {from: everything, change: backwards},
		"the last ones first":      {change: backwards},
		"the first ones twice": {change: func(b ports.Batch) ports.Batch {
			b.Commits = append(slices.Clone(b.Commits), b.Commits...)
			return b
		}},
	} {
		t.Run(name, func(t *testing.T) {
			const orders = 2500 // More than are asked for at once.
			s, f := filled(t, orders), newFile(t)
			as.EventFeed = s
			as.before = func() { // After the archive was read.
				for n := 0; n < orders; n += 3 {
					appendNext(t, s, idOf(n), n%4+2)
					appendNext(t, s, idOf(n), n%4+3)
				}
				appendNext(t, s, idOf(orders), 1)
			}
			source := sourceOf(s)
			source.Feed = as
			f.runs(t, export(t, source, f))
			all := f.commits(t)
			if size, _ := s.Size(t.Context()); len(all) != size {
				t.Errorf("%d commits, want %d", len(all), size)
			}
			has(t, s, all)
		})
	}
}

// Whatever was acknowledged before an export starts is in it, while others write.
func TestAnExportHasWhatWasAcknowledgedBeforeItStarts(t *testing.T) {
	s := filled(t, 500)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	defer writers.Wait()
	defer stop()
	for w := range 4 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil && n < 4000; n++ {
				appendNext(t, s, idOf(1000*(w+1)+n%1000), n/1000+1)
			}
		})
	}
	for range 3 {
		f := newFile(t)
		before := map[order.ID]int{}
		for n := range 5000 {
			is, err := s.Load(t.Context(), idOf(n))
			if err != nil {
				t.Fatal(err)
			}
			before[idOf(n)] = is.Version()
		}
		f.runs(t, export(t, sourceOf(s), f))
		for id, version := range before {
			if had, _ := f.Has.Version(id); had < version {
				t.Fatalf("order %s has version %d, and %d was acknowledged", id, had, version)
			}
		}
		f.commits(t)
	}
}

// damagedFrom makes the third order's second commit unreadable, as archives and feeds show it.
func damagedFrom(c ports.Commit) (ports.Commit, error) {
	if c.OrderID == idOf(3) && c.Version >= 2 {
		c.Events, c.Unreadable = nil, fmt.Errorf("a bit flipped: %w", ports.ErrUnreadable)
	}
	return c, nil
}

func TestAnUnreadableCommitIsRefusedByNameOrLeftOut(t *testing.T) {
	damagedBatch := func(b ports.Batch) ports.Batch {
		for i := range b.Commits {
			b.Commits[i], _ = damagedFrom(b.Commits[i])
		}
		return b
	}
	for name, skip := range map[string]bool{"refused": false, "left out": true} {
		t.Run(name, func(t *testing.T) {
			s, f := filled(t, 100), newFile(t)
			source := sourceOf(s)
			source.Archive = &archive{Archive: s, each: damagedFrom}
			source.Feed = feed{EventFeed: s, change: damagedBatch,
				from: func(ports.Position) ports.Position { return "" }}
			e := export(t, source, f)
			e.Options.SkipUnreadable = skip
			err := e.Run(t.Context())
			if !skip {
				if !errors.Is(err, backup.ErrUnreadable) ||
					!strings.Contains(err.Error(), string(idOf(3))+", version 2") {
					t.Errorf("%v, want the order and the version", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if version, isCutOff := f.Has.Version(idOf(3)); version != 1 || !isCutOff {
				t.Errorf("it has version %d, and lacks more: %v", version, isCutOff)
			}
			if all := f.commits(t); len(all) != 250-3 || f.Has.Unreadable != 1 {
				t.Errorf("%d commits, %d orders that lack some", len(all), f.Has.Unreadable)
			}
		})
	}
}

func TestARateBoundsAnExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := filled(t, 100), newFile(t)
		e := export(t, sourceOf(s), f)
		e.Options.Rate = 50
		begun := time.Now()
		f.runs(t, e)
		if took := time.Since(begun); took < 4500*time.Millisecond || took > 5500*time.Millisecond {
			t.Errorf("250 commits at 50/s took %v", took)
		}
	})
}
