package subscribe_test

import (
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
)

func TestEveryCommitIsHandedOverInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		commit(t, store, 0, 1000)
		p := of(t, subs)
		stop := p.run(t, store)
		synctest.Wait()
		commit(t, store, 1000, 1500)
		synctest.Wait()
		stop()
		want(t, p.done(), numbers(0, 1500))
	})
}

func TestItGoesOnFromTheSavedPosition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		commit(t, store, 0, 10)
		first, second := of(t, subs), of(t, subs)
		stop := first.run(t, store)
		synctest.Wait()
		stop()
		commit(t, store, 10, 20)
		stop = second.run(t, store)
		synctest.Wait()
		stop()
		want(t, first.done(), numbers(0, 10))
		want(t, second.done(), numbers(10, 20))
	})
}

// A position that the feed does not know counts as the empty one.
func TestAPositionOfAnotherStoreIsTheBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other, subs := memory.NewEventStore(), memory.NewSubscriptions()
		commit(t, other, 0, 10)
		stop := of(t, subs).run(t, other)
		synctest.Wait()
		stop()
		store, p := memory.NewEventStore(), of(t, subs)
		commit(t, store, 100, 105)
		stop = p.run(t, store)
		synctest.Wait()
		stop()
		want(t, p.done(), numbers(100, 105))
		end, _ := store.Now(t.Context())
		if at, err := p.Load(t.Context()); err != nil || at != end {
			t.Errorf("the position is %q, %v, want %q", at, err, end)
		}
	})
}
