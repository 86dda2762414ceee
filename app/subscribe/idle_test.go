package subscribe_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/sharedfeed"
	"orders/ports"
)

// After a burst, which the handler takes in parts, the position is saved within the time between
// two saves. Others may follow the same feed.
func TestAnIdleSubscriptionHasSavedItsPosition(t *testing.T) {
	for name, feedOf := range map[string]func(ports.EventFeed) ports.EventFeed{
		"a feed of its own": func(f ports.EventFeed) ports.EventFeed { return f },
		"a shared feed":     func(f ports.EventFeed) ports.EventFeed { return sharedfeed.Share(f) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, subs := memory.NewEventStore(), memory.NewSubscriptions()
				feed := feedOf(store)
				stop := of(t, memory.NewSubscriptions()).run(t, feed)
				defer stop()
				synctest.Wait()
				commit(t, store, 0, 1000) // Several batches.
				synctest.Wait()
				p := of(t, subs)
				p.works(restsAfterCommits)
				defer p.run(t, feed)()
				wantSavedAtRest(t, p, store)
				commit(t, store, 1000, 1001)
				time.Sleep(5 * time.Millisecond) // The handler rests.
				commit(t, store, 1001, 1004)
				wantSavedAtRest(t, p, store)
			})
		})
	}
}

func restsAfterCommits(_ context.Context, b ports.Batch) error {
	if len(b.Commits) > 0 {
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// wantSavedAtRest waits as long as work and the next save may take, and wants all saved.
func wantSavedAtRest(t *testing.T, p *process, store *memory.EventStore) {
	t.Helper()
	time.Sleep(350 * time.Millisecond)
	end, _ := store.Now(t.Context())
	if at, err := p.Load(t.Context()); err != nil || at != end {
		t.Errorf("the position is %q, %v at rest, want %q", at, err, end)
	}
}
