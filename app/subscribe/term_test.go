package subscribe_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// The position is saved after the work, however long that takes, and never before.
func TestThePositionIsSavedAfterTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		p, finish := of(t, subs), make(chan struct{})
		p.works(func(_ context.Context, b ports.Batch) error {
			if len(b.Commits) > 0 {
				<-finish
			}
			return nil
		})
		stop := p.run(t, store)
		synctest.Wait()
		before, _ := p.Load(t.Context())
		commit(t, store, 0, 1)
		time.Sleep(time.Minute)
		if at, err := p.Load(t.Context()); err != nil || at != before {
			t.Errorf("the position is %q, %v while the work is not done", at, err)
		}
		close(finish)
		synctest.Wait()
		end, _ := store.Now(t.Context())
		if at, err := p.Load(t.Context()); err != nil || at != end {
			t.Errorf("the position is %q, %v after the work, want %q", at, err, end)
		}
		stop()
	})
}

// A handler that fails is handed the same commits until it does not, less and less often. What it
// did before does not come again, even if that was not saved yet.
func TestAfterAnErrorNothingIsSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		commit(t, store, 0, 2000) // Several batches.
		p := of(t, subs)
		var tries atomic.Int32
		p.works(func(_ context.Context, b ports.Batch) error {
			for _, c := range b.Commits {
				if c.ID == "1500" {
					tries.Add(1)
					return errors.New("the broker is down")
				}
			}
			return nil
		})
		stop := p.run(t, store)
		time.Sleep(10 * time.Second)
		if n := tries.Load(); n < 10 || n > 20 {
			t.Errorf("%d tries in 10 s", n)
		}
		p.works(nil)
		time.Sleep(time.Second)
		want(t, p.done(), numbers(0, 2000))
		stop()
	})
}

// However long a handler fails, the subscription rests before it tries again.
func TestLongFailuresKeepTheirRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		commit(t, store, 0, 1)
		p := of(t, subs)
		var tries atomic.Int32
		p.works(func(context.Context, ports.Batch) error {
			if tries.Add(1) > 10_000 {
				time.Sleep(time.Minute) // It spins: the test ends all the same.
			}
			return errors.New("the broker is down")
		})
		stop := p.run(t, store)
		time.Sleep(5 * time.Minute)
		if n := tries.Load(); n < 370 || n > 380 {
			t.Errorf("%d tries in 5 minutes", n)
		}
		stop()
		if n := p.warned(); n != 1 {
			t.Errorf("the same failure is logged %d times", n)
		}
	})
}

// After a conflict it begins again at once, from what is saved.
func TestAfterAConflictItBeginsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		p := of(t, subs)
		commit(t, store, 0, 5)
		stop := p.run(t, store)
		time.Sleep(time.Second)
		at, _ := p.Load(t.Context())
		if err := p.Advance(t.Context(), at, ""); err != nil {
			t.Fatal(err)
		}
		commit(t, store, 5, 6)
		time.Sleep(50 * time.Millisecond)
		want(t, p.done(), append(numbers(0, 6), numbers(0, 6)...))
		if p.begun != 2 {
			t.Errorf("it began %d times", p.begun)
		}
		stop()
		if n := p.warned(); n != 0 {
			t.Errorf("%d warnings, though a conflict is no failure: %s", n, &p.log)
		}
	})
}

// A busy leader does not save with every batch.
func TestABusyLeaderSavesFourTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		saves := &countedSaves{}
		p := of(t, subs)
		saves.Checkpoint = p.Checkpoint
		p.Checkpoint = saves
		p.works(func(context.Context, ports.Batch) error {
			time.Sleep(time.Millisecond)
			return nil
		})
		stop := p.run(t, store)
		go func() {
			for n := range 10_000 {
				commit(t, store, n, n+1)
				time.Sleep(time.Millisecond / 2)
			}
		}()
		time.Sleep(5 * time.Second)
		if n := saves.n.Load(); n < 15 || n > 25 {
			t.Errorf("the position was saved %d times in 5 s", n)
		}
		time.Sleep(time.Second)
		stop()
		if got := p.done(); !slices.Equal(got, numbers(0, 10_000)) {
			t.Errorf("%d commits were handed over, or not in order", len(got))
		}
	})
}

type countedSaves struct {
	ports.Checkpoint
	n atomic.Int32
}

func (c *countedSaves) Advance(ctx context.Context, from, to ports.Position) error {
	c.n.Add(1)
	return c.Checkpoint.Advance(ctx, from, to)
}
