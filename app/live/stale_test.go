package live_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
	"orders/app/live"
	"orders/ports"
)

// early is a feed that, as that of MongoDB does with news, hands over commits before its position
// moves past them.
type early struct {
	*world
	at ports.Position
}

func (e *early) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	return e.world.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
		b.Next, b.Ahead = e.at, true // Not after b.Commits.
		return handle(ctx, b)
	})
}

// Whoever was away while something was told resumes from a position that did not move on.
func TestResumingFromAPositionBeforeWhatWasTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			EventStore: memory.NewEventStore(), views: memory.NewViews(),
			gate: make(chan struct{}, 1),
		}
		w.change(t, 1)
		e := &early{w, w.at(t)}
		b := live.New(e, w.views, slog.New(slog.DiscardHandler))
		watch := func(what ports.Watch) ports.Watcher {
			watcher, err := b.Watch(t.Context(), what)
			if err != nil {
				t.Fatal(err)
			}
			return watcher
		}
		stays, goes := watch(ports.Watch{}), watch(ports.Watch{})
		defer stays.Close()
		synctest.Wait()
		seen := goes.Position() // HTTP sends it as the id.
		goes.Close()
		w.change(t, 2)
		tells(t, stays, 2, 1)
		again := watch(ports.Watch{After: seen})
		defer again.Close()
		tells(t, again, 2, 1) // Last-Event-ID was before it.
	})
}
