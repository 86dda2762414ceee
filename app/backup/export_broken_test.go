package backup_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"orders/domain/order"
	"orders/ports"
)

var errFull = errors.New("the disk is full")

// A full sink takes only so many commits.
type full struct {
	*file
	left int
}

func (f *full) Write(c ports.Commit) error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return f.file.Write(c)
}

// An archive notes which orders were asked for.
type archive struct {
	ports.Archive
	each  func(ports.Commit) (ports.Commit, error)
	asked []order.ID
}

func (a *archive) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	a.asked = append(a.asked, r.From)
	return a.Archive.Commits(ctx, r, func(c ports.Commit) error {
		if a.each == nil {
			return each(c)
		}
		c, err := a.each(c)
		if err != nil {
			return err
		}
		return each(c)
	})
}

func TestAnExportThatBrokeOffGoesOnWithoutRepeats(t *testing.T) {
	for _, after := range []int{0, 1, 1700, 2499, 2500, 2501, 2600} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			s, f := filled(t, 1000), newFile(t) // 2500 commits.
			a := &archive{Archive: s}
			source := sourceOf(s)
			source.Archive = a
			source.Feed = feed{EventFeed: s, before: func() {
				for n := range 200 {
					appendNext(t, s, idOf(n), versionOf(t, s, idOf(n))+1)
				}
			}}
			e := export(t, source, f)
			e.To = &full{f, after}
			if err := e.Run(t.Context()); !errors.Is(err, errFull) {
				t.Fatalf("%v, want that the disk is full", err)
			}
			had := f.Has.Last
			a.asked = nil
			e.To = f
			f.runs(t, e)
			if after > 0 && len(a.asked) > 0 && a.asked[0] != had.OrderID {
				t.Errorf("it reads again from %s, and had %s", a.asked[0], had.OrderID)
			}
			if after == 2600 && len(a.asked) > 0 {
				t.Error("it reads the archive again, which was read")
			}
			all := f.commits(t)
			if size, _ := s.Size(t.Context()); len(all) != size {
				t.Errorf("%d commits, want %d", len(all), size)
			}
			has(t, s, all)
		})
	}
}

func versionOf(t *testing.T, s ports.EventStore, id order.ID) int {
	t.Helper()
	is, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return is.Version()
}

func TestAnExportOutlastsAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := filled(t, 100), newFile(t)
		source, n := sourceOf(s), 0
		source.Archive = &archive{Archive: s, each: func(c ports.Commit) (ports.Commit, error) {
			if n++; n%7 == 0 {
				return c, fmt.Errorf("a failover: %w", ports.ErrUnavailable)
			}
			return c, nil
		}}
		f.runs(t, export(t, source, f))
		if all := f.commits(t); len(all) != 250 {
			t.Errorf("%d commits", len(all))
		}
	})
}

func TestAnExportEndsWhenTheStoreStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := filled(t, 100), newFile(t)
		source := sourceOf(s)
		source.Archive = &archive{Archive: s, each: func(c ports.Commit) (ports.Commit, error) {
			return c, ports.ErrUnavailable
		}}
		begun := time.Now()
		err := export(t, source, f).Run(t.Context())
		if took := time.Since(begun); !errors.Is(err, ports.ErrUnavailable) ||
			took < time.Minute || took > 5*time.Minute {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// A mute feed outlasts every outage, as feeds do, and says nothing meanwhile.
type mute struct{ ports.EventFeed }

func (mute) Follow(
	ctx context.Context, _ ports.Position, _ func(context.Context, ports.Batch) error,
) error {
	<-ctx.Done()
	return ctx.Err()
}

// Also while it catches up. What it writes itself, however slowly, is no outage.
func TestAnExportEndsWhenTheFeedStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := filled(t, 100), newFile(t)
		source := sourceOf(s)
		source.Feed = mute{s}
		begun := time.Now()
		err := export(t, source, f).Run(t.Context())
		if took := time.Since(begun); !errors.Is(err, ports.ErrUnavailable) ||
			took < time.Minute || took > 5*time.Minute {
			t.Errorf("%v after %v", err, took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, f := filled(t, 100), newFile(t)
		e := export(t, sourceOf(s), f)
		e.From, e.Options.Rate = "", 1
		e.Source.Archive = none{s}
		f.runs(t, e)
		if all := f.commits(t); len(all) != 250 {
			t.Errorf("%d commits", len(all))
		}
	})
}

// none is an archive of which nothing can be read.
type none struct{ ports.Archive }

func (none) Commits(context.Context, ports.Range, func(ports.Commit) error) error { return nil }
