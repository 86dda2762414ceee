package subscribe_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/subscribe"
	"orders/ports"
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

// Status reports how far a subscription is, also while no process leads.
func TestStatusTellsThePositionAndTheLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start) + time.Minute)
		store, subs := memory.NewEventStore(), memory.NewSubscriptions()
		at, err := subs.Open("relay")
		if err != nil {
			t.Fatal(err)
		}
		nothing := subscribe.Func(func(context.Context, ports.Batch) error { return nil })
		s := subscribe.New("relay", store, at, nothing, slog.New(slog.DiscardHandler))
		commit(t, store, 0, 3)
		status, err := s.Status(t.Context())
		wanted := ports.SubscriptionStatus{
			Name: "relay", Lag: ports.Lag{Commits: 3, Time: time.Minute},
		}
		if err != nil || status != wanted {
			t.Errorf("status %+v, %v, want %+v", status, err, wanted)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go s.Run(ctx)
		synctest.Wait()
		cancel()
		end, _ := store.Now(t.Context())
		status, err = s.Status(t.Context())
		if err != nil || !status.Lag.CaughtUp() || status.Position != end {
			t.Errorf("status %+v, %v, want position %q", status, err, end)
		}
	})
}
