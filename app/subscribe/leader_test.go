package subscribe_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// Of two processes one works. It is killed, and the other goes on from the saved position: nothing
// is lost, and only what was done since the last save comes again.
func TestAKilledProcessIsFollowedByTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		first, second := of(t, subs), of(t, subs)
		stopFirst := first.run(t, store)
		synctest.Wait()
		stopSecond := second.run(t, store)
		commit(t, store, 0, 50)
		time.Sleep(time.Second)
		first.works(func(ctx context.Context, _ ports.Batch) error {
			first.killed.Store(true) // While it works.
			<-ctx.Done()
			return ctx.Err()
		})
		commit(t, store, 50, 60) // After that, as it may be worked on at once.
		time.Sleep(10 * time.Second)
		commit(t, store, 60, 100)
		synctest.Wait()
		done := second.done()
		if len(done) == 0 || len(done) > 60 {
			t.Fatalf("the other did %d of 100", len(done))
		}
		want(t, done, numbers(100-len(done), 100))
		if before := len(first.done()); 100-len(done) > before {
			t.Errorf("the first did %d, and the other began after %d", before, 100-len(done))
		}
		stopFirst()
		stopSecond()
	})
}

// A leader stops its work before another process may lead: as soon as it learns that the lease is
// lost, and in time while it gets no answer. The next leader is handed the same batch.
func TestWithoutTheLeaseTheWorkIsAbandoned(t *testing.T) {
	for _, how := range []struct {
		name   string
		slow   time.Duration // The answers.
		answer func(context.Context) error
		within time.Duration // Of when it was last asked for with success.
	}{
		{"another one has it", 0, func(context.Context) error { return nil }, time.Second},
		{"nobody answers", 1500 * time.Millisecond, func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}, 4 * time.Second},
	} {
		t.Run(how.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lost := &lostLease{slow: how.slow, answer: how.answer}
				if d := workAfterLease(t, lost); d == 0 || d > how.within {
					t.Errorf("the work ended %v after the lease was asked for", d)
				}
			})
		})
	}
}

// workAfterLease returns how long after the lease was last held the work has ended.
func workAfterLease(t *testing.T, lost *lostLease) time.Duration {
	t.Helper()
	store, subs := memory.NewEventStore(), memory.NewSubscriptions()
	first, second := of(t, subs), of(t, subs)
	lost.Lease, first.Lease = first.Lease, lost
	var ended time.Time
	first.works(func(ctx context.Context, b ports.Batch) error {
		if len(b.Commits) == 0 {
			return nil
		}
		lost.on.Store(true)
		<-ctx.Done()
		ended = time.Now()
		return ctx.Err()
	})
	stopFirst := first.run(t, store)
	time.Sleep(1600 * time.Millisecond) // Until it leads.
	stopSecond := second.run(t, store)
	commit(t, store, 0, 1)
	time.Sleep(20 * time.Second)
	stopFirst()
	stopSecond()
	want(t, first.done(), nil)
	want(t, second.done(), numbers(0, 1))
	return ended.Sub(lost.asked)
}

// A lostLease answers otherwise once it is lost.
type lostLease struct {
	ports.Lease
	slow   time.Duration
	on     atomic.Bool
	answer func(context.Context) error
	asked  time.Time // When it was last held.
}

func (l *lostLease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	asked := time.Now()
	time.Sleep(l.slow)
	if l.on.Load() {
		return false, l.answer(ctx)
	}
	l.asked = asked
	return l.Lease.Hold(ctx, holder, d-time.Since(asked))
}
