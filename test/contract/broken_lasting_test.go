package contract

import (
	"context"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// lives are stores that replace each other: each starts with what the one before has kept.
type lives struct {
	goesOn  bool                               // It goes on to acknowledge when it is closed.
	forgets func(ports.Commit) bool            // What it does not keep for the next one.
	follow  func(*memory.EventStore) following // How the next ones are followed, if not well.
}

func (l lives) begin() Lasting { return l.of(brokenLog{EventStore: memory.NewEventStore()}) }

func (l lives) of(now brokenLog) Lasting {
	var mu sync.RWMutex
	closed := false
	now.append = func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		time.Sleep(time.Millisecond)
		mu.RLock()
		defer mu.RUnlock()
		if closed && !l.goesOn {
			return ports.ErrUnavailable
		}
		return now.EventStore.Append(ctx, past, c)
	}
	return Lasting{Log: now, Reopen: func() (Lasting, error) {
		mu.Lock() // Whoever appends has done so, or finds it closed.
		closed = true
		mu.Unlock()
		next := brokenLog{EventStore: memory.NewEventStore()}
		if l.follow != nil {
			next.follow = l.follow(next.EventStore)
		}
		ctx := context.Background()
		err := now.Commits(ctx, ports.Range{Limit: 1000}, func(c ports.Commit) error {
			past, err := next.Load(ctx, c.OrderID)
			if err != nil || l.forgets != nil && l.forgets(c) {
				return err
			}
			return next.EventStore.Append(ctx, past, c)
		})
		return l.of(next), err
	}}
}

func TestLastingLawsCatch(t *testing.T) {
	catches(t, lastingLaws, map[string]func() Lasting{
		"what was acknowledged is there after the store was closed and opened again": lives{
			forgets: func(c ports.Commit) bool { return c.Version == 3 }, // It was in a buffer.
		}.begin,
		"what was acknowledged while the store was being closed is there, too": lives{
			goesOn: true,
		}.begin,
		"a position from before the store was closed leaves nothing out": lives{
			follow: followsFromNow,
		}.begin,
	})
}

// The laws hold for a good store that lasts, so they catch only the broken ones.
func TestLastingLawsHold(t *testing.T) {
	for _, l := range lastingLaws {
		if err := l.holds(t.Context(), lives{}.begin()); err != nil {
			t.Error(err)
		}
	}
}

// followsFromNow takes a position that it does not know for the end.
func followsFromNow(good *memory.EventStore) following {
	return func(ctx context.Context, from ports.Position, handle handling) error {
		if from != "" {
			from, _ = good.Now(ctx)
		}
		return good.Follow(ctx, from, handle)
	}
}
