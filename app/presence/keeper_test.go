package presence_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/presence"
	"orders/ports"
	"orders/ports/clock"
)

// A stalling presence can be told not to answer.
type stalling struct {
	ports.Presence
	silent atomic.Bool
	stays  atomic.Int64
}

func (s *stalling) Stay(ctx context.Context, name string, d time.Duration) (bool, error) {
	s.stays.Add(1)
	if s.silent.Load() {
		return false, ports.ErrUnavailable
	}
	return s.Presence.Stay(ctx, name, d)
}

func (s *stalling) Leave(ctx context.Context, name string) error {
	if s.silent.Load() {
		return ports.ErrUnavailable
	}
	return s.Presence.Leave(ctx, name)
}

func keeper(in ports.Presence, name string, imports bool) *presence.Keeper {
	e := ports.Entrant{Name: name, Imports: imports}
	return presence.NewKeeper(in, e, slog.New(slog.DiscardHandler))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantRefused(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error %v, want one that says %q", err, w)
		}
	}
}

func TestAnImportIsRefusedWhileCommandsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &stalling{Presence: memory.NewPresence()}
		takes, imports := keeper(in, "shop-1", false), keeper(in, "desk", true)
		must(t, takes.Enter(t.Context(), t.FailNow))
		time.Sleep(time.Hour)
		wantRefused(t, imports.Enter(t.Context(), t.FailNow), "role command", "shop-1", "15s")
		if said := in.stays.Load(); said > 3600/5 {
			t.Errorf("it said %d times in an hour that it stays", said)
		}
		must(t, takes.Check(t.Context()))
		takes.Leave(t.Context())
		must(t, imports.Enter(t.Context(), t.FailNow))
		wantRefused(t, takes.Enter(t.Context(), t.FailNow), "an import", "desk")
		wantRefused(t, keeper(in, "other", true).Enter(t.Context(), t.FailNow), "an import", "desk")
		imports.Leave(t.Context())
		must(t, takes.Enter(t.Context(), t.FailNow))
		takes.Leave(t.Context())
	})
}

// A stop while the store does not answer is no failure: the time of the entrant runs out.
func TestNobodyHasToAnswerWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &stalling{Presence: memory.NewPresence()}
		takes, imports := keeper(in, "shop-1", false), keeper(in, "desk", true)
		must(t, takes.Enter(t.Context(), t.FailNow))
		in.silent.Store(true)
		takes.Leave(t.Context())
		wantRefused(t, imports.Enter(t.Context(), t.FailNow), "shop-1")
		time.Sleep(presence.Lasts)
		must(t, imports.Enter(t.Context(), t.FailNow))
		imports.Leave(t.Context())
	})
}

// A process that hung longer than its time, and meets no import, goes on; one that an import came
// in for writes no more.
func TestAProcessThatHung(t *testing.T) {
	for _, meanwhile := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			in := &stalling{Presence: memory.NewPresence()}
			takes, imports := keeper(in, "shop-1", false), keeper(in.Presence, "desk", true)
			lost := make(chan struct{})
			must(t, takes.Enter(t.Context(), func() { close(lost) }))
			in.silent.Store(true)
			time.Sleep(9 * time.Second)
			must(t, takes.Check(t.Context())) // It is sure, without the store.
			wantRefused(t, imports.Enter(t.Context(), t.FailNow), "shop-1")
			time.Sleep(7 * time.Second)
			if err := takes.Check(t.Context()); !errors.Is(err, ports.ErrUnavailable) {
				t.Errorf("in doubt it says %v", err)
			}
			if meanwhile {
				must(t, imports.Enter(t.Context(), t.FailNow))
				imports.Leave(t.Context())
			}
			in.silent.Store(false)
			err := takes.Check(t.Context())
			if errors.Is(err, presence.ErrLost) != meanwhile || !meanwhile && err != nil {
				t.Errorf("after an import: %t, it says %v", meanwhile, err)
			}
			if meanwhile {
				<-lost
			}
			takes.Leave(t.Context())
		})
	}
}

func TestAProcessWaitsForAStoreThatDoesNotAnswerYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := keeper(silentAtFirst(3), "shop-1", false)
		must(t, k.Enter(t.Context(), t.FailNow))
		k.Leave(t.Context())
		err := keeper(silentAtFirst(1000), "shop-1", false).Enter(t.Context(), t.FailNow)
		if !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
	})
}

type silentEntry struct {
	ports.Presence
	left int
}

func silentAtFirst(n int) ports.Presence { return &silentEntry{memory.NewPresence(), n} }

func (s *silentEntry) Enter(
	ctx context.Context, e ports.Entrant, d time.Duration,
) (bool, error) {
	if s.left--; s.left >= 0 {
		return false, ports.ErrUnavailable
	}
	return s.Presence.Enter(ctx, e, d)
}

// A slow presence is one that answers late.
type slow struct {
	ports.Presence
	takes atomic.Int64 // Nanoseconds.
	stays atomic.Int64
}

func slowly(takes time.Duration) *slow {
	s := &slow{Presence: memory.NewPresence()}
	s.takes.Store(int64(takes))
	return s
}

func (s *slow) Stay(ctx context.Context, name string, d time.Duration) (bool, error) {
	s.stays.Add(1)
	if err := clock.Sleep(ctx, time.Duration(s.takes.Load())); err != nil {
		return false, ports.ErrUnavailable
	}
	return s.Presence.Stay(ctx, name, d)
}

// No write waits for the store to say what is known: while the entrant says that it stays, its last
// word still counts.
func TestASlowStoreHoldsNoWriteUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		takes := keeper(slowly(3*time.Second), "shop-1", false)
		must(t, takes.Enter(t.Context(), t.FailNow))
		time.Sleep(6 * time.Second) // It has said so for a second.
		begun := time.Now()
		must(t, takes.Check(t.Context()))
		if took := time.Since(begun); took > 0 {
			t.Errorf("a check that needs nobody took %v", took)
		}
		takes.Leave(t.Context())
	})
}

// In doubt, nobody waits longer than he wants to, and of many one asks.
func TestChecksInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := slowly(time.Hour)
		takes := keeper(in, "shop-1", false)
		must(t, takes.Enter(t.Context(), t.FailNow))
		time.Sleep(20 * time.Second)
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := takes.Check(ctx); err == nil || time.Since(begun) > time.Second {
			t.Errorf("after %v it says %v", time.Since(begun), err)
		}
		takes.Leave(t.Context())
	})
	synctest.Test(t, func(t *testing.T) {
		in := slowly(0)
		takes := keeper(in, "shop-1", false)
		must(t, takes.Enter(t.Context(), t.FailNow))
		in.takes.Store(int64(20 * time.Second))
		time.Sleep(20 * time.Second)
		in.takes.Store(int64(time.Second))
		asked := in.stays.Load()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { must(t, takes.Check(t.Context())) })
		}
		all.Wait()
		if n := in.stays.Load() - asked; n > 2 {
			t.Errorf("fifty checks asked %d times", n)
		}
		takes.Leave(t.Context())
	})
}
