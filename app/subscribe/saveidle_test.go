package subscribe_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/subscribe"
	"orders/ports"
	"orders/ports/clock"
)

// A silentFeed hands over a position that moves on, and nothing else, every 200 ms.
type silentFeed struct{ ports.EventFeed }

func (silentFeed) Follow(
	ctx context.Context, _ ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	for n := 0; ; n++ {
		at := ports.Position(fmt.Sprintf("%04d", n))
		if err := handle(ctx, ports.Batch{Next: at, CaughtUp: true}); err != nil {
			return err
		}
		if err := clock.Sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// A position that moves on without work is saved at once for those who want to know it, and else
// now and then.
func TestHowOftenAPositionIsSavedInSilence(t *testing.T) {
	for name, tt := range map[string]struct {
		configure func(*subscribe.Subscriber)
		least     int
		most      int
	}{
		"by default":       {func(*subscribe.Subscriber) {}, 3, 4}, // At 0, 10 and 20 s.
		"if asked to idle": {(*subscribe.Subscriber).SaveIdle, 100, 150},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sub, err := memory.NewSubscriptions().Open("test")
				if err != nil {
					t.Fatal(err)
				}
				counted := &countedSaves{Checkpoint: sub.Checkpoint}
				sub.Checkpoint = counted
				s := subscribe.New("test", silentFeed{}, sub, subscribe.Func(
					func(context.Context, ports.Batch) error { return nil },
				), slog.New(slog.DiscardHandler))
				tt.configure(s)
				ctx, stop := context.WithTimeout(t.Context(), 29*time.Second)
				defer stop()
				s.Run(ctx)
				if n := int(counted.n.Load()); n < tt.least || n > tt.most {
					t.Errorf("it was saved %d times, want %d to %d", n, tt.least, tt.most)
				}
			})
		})
	}
}
