package contract

import (
	"context"
	"math"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// A brokenTimeline is a good one except for the functions that are set.
type brokenTimeline struct {
	Log
	present func(context.Context) (ports.Moment, error)
	reached func(ports.Position) ports.Moment
}

func (b brokenTimeline) Present(ctx context.Context) (ports.Moment, error) { return b.present(ctx) }

func (b brokenTimeline) Reached(at ports.Position) ports.Moment { return b.reached(at) }

// moments breaks the timeline of a good store.
func moments(breakIt func(good *memory.EventStore, b *brokenTimeline)) func() Moments {
	return func() Moments {
		good := memory.NewEventStore()
		b := brokenTimeline{good, good.Present, good.Reached}
		breakIt(good, &b)
		return Moments{b, func(context.Context) error { return nil }}
	}
}

func TestTimelineLawsCatch(t *testing.T) {
	catches(t, timelineLaws, map[string]func() Moments{
		"all was committed after moment 0": moments(func(
			good *memory.EventStore, b *brokenTimeline,
		) {
			b.present = late(good)
		}),
		"a position has not reached the present of a commit that comes after it": moments(
			func(good *memory.EventStore, b *brokenTimeline) {
				b.present = late(good)
			}),
		"what was committed before the present comes before a position that reached it": moments(
			func(_ *memory.EventStore, b *brokenTimeline) {
				b.reached = func(ports.Position) ports.Moment { return math.MaxUint64 }
			}),
		"a silent feed reaches the present as something is written": moments(
			func(good *memory.EventStore, b *brokenTimeline) {
				b.present = func(ctx context.Context) (ports.Moment, error) {
					at, err := good.Present(ctx)
					return at + 1, err // Only the next commit gets there.
				}
			}),
		"later moments are greater": moments(func(good *memory.EventStore, b *brokenTimeline) {
			b.reached = func(at ports.Position) ports.Moment { return 1e6 - good.Reached(at) }
		}),
		"a position that no feed made has reached moment 0": moments(readsAnyPosition),
		"the end of the context ends the asking for the present": moments(
			func(good *memory.EventStore, b *brokenTimeline) {
				b.present = func(context.Context) (ports.Moment, error) {
					return good.Present(context.Background())
				}
			}),
	})
}

// late answers with the present of one commit before.
func late(good *memory.EventStore) func(context.Context) (ports.Moment, error) {
	return func(ctx context.Context) (ports.Moment, error) {
		at, err := good.Present(ctx)
		return max(at, 1) - 1, err
	}
}

// readsAnyPosition reads the number at the end of any position.
func readsAnyPosition(good *memory.EventStore, b *brokenTimeline) {
	b.reached = func(at ports.Position) ports.Moment {
		if at == "/1" {
			return 1
		}
		return good.Reached(at)
	}
}
