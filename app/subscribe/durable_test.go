package subscribe_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// No position is saved after work that is not durable yet, however often that fails.
func TestThePositionIsSavedOnceTheWorkIsDurable(t *testing.T) {
	for _, lost := range []error{ports.ErrConflict, errors.New("the database is down")} {
		t.Run(lost.Error(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, subs := memory.NewEventStore(), memory.NewSubscriptions()
				commit(t, store, 0, 3)
				p := of(t, subs)
				p.becomesDurable(func() error { return lost })
				stop := p.run(t, store)
				time.Sleep(time.Minute)
				if at, err := p.Load(t.Context()); err != nil || at != "" {
					t.Errorf("the position is %q, %v though the work is not durable", at, err)
				}
				if n := len(p.done()); n < 3*3 {
					t.Errorf("work for %d commits, want all 3 of them again and again", n)
				}
				p.becomesDurable(nil)
				time.Sleep(time.Minute)
				end, _ := store.Now(t.Context())
				if at, err := p.Load(t.Context()); err != nil || at != end {
					t.Errorf("the position is %q, %v, want %q", at, err, end)
				}
				stop()
			})
		})
	}
}

// A position has only moved when the work before it was durable: a crash in between does no harm.
func TestEachPositionIsSavedAfterDurableWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		p := of(t, subs)
		var durable atomic.Int64
		p.becomesDurable(func() error {
			durable.Store(int64(len(p.did))) // The caller holds mu.
			p.killed.Store(true)             // No position can be saved any more.
			return nil
		})
		commit(t, store, 0, 5)
		stop := p.run(t, store)
		time.Sleep(time.Second)
		if durable.Load() == 0 {
			t.Error("nothing is made durable before a position is saved")
		}
		p.killed.Store(false)
		if at, err := p.Load(t.Context()); err != nil || at != "" {
			t.Errorf("the position is %q, %v, though none could be saved", at, err)
		}
		stop()
	})
}

// What was done before the leader begins again is not vouched for by a MakeDurable after that, also
// if the position cannot even be loaded.
func TestWorkThatIsBegunAgainIsNotVouchedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		commit(t, store, 0, 3)
		p := of(t, subs)
		p.becomesDurable(func() error {
			p.unread.Store(true)
			return errors.New("the database is down")
		})
		stop := p.run(t, store)
		time.Sleep(time.Second)
		p.becomesDurable(nil) // Of nothing: what was done is lost.
		time.Sleep(time.Minute)
		if at, err := p.Checkpoint.Load(t.Context()); err != nil || at != "" {
			t.Errorf("the position is %q, %v, but the work was to be done again", at, err)
		}
		p.unread.Store(false)
		time.Sleep(time.Minute)
		want(t, p.done(), append(numbers(0, 3), numbers(0, 3)...))
		stop()
	})
}
