package contract

import (
	"context"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// A brokenPresence is a good one except for the functions that are set.
type brokenPresence struct {
	*memory.Presence
	enter   func(context.Context, ports.Entrant, time.Duration) (bool, error)
	stay    func(context.Context, string, time.Duration) (bool, error)
	leave   func(context.Context, string) error
	present func(context.Context) ([]ports.Entrant, error)
}

func (b brokenPresence) Enter(
	ctx context.Context, e ports.Entrant, d time.Duration,
) (bool, error) {
	return b.enter(ctx, e, d)
}

func (b brokenPresence) Stay(ctx context.Context, name string, d time.Duration) (bool, error) {
	return b.stay(ctx, name, d)
}

func (b brokenPresence) Leave(ctx context.Context, name string) error { return b.leave(ctx, name) }

func (b brokenPresence) Present(ctx context.Context) ([]ports.Entrant, error) {
	return b.present(ctx)
}

func attending(breakIt func(b *brokenPresence)) func() presences {
	return func() presences {
		good := memory.NewPresence()
		b := brokenPresence{good, good.Enter, good.Stay, good.Leave, good.Present}
		breakIt(&b)
		return presences{b, b}
	}
}

// enters has the entrants enter as how says.
func enters(how func(e ports.Entrant, d time.Duration) (ports.Entrant, time.Duration),
) func() presences {
	return attending(func(b *brokenPresence) {
		b.enter = func(ctx context.Context, e ports.Entrant, d time.Duration) (bool, error) {
			e, d = how(e, d)
			return b.Presence.Enter(ctx, e, d)
		}
	})
}

func TestPresenceLawsCatch(t *testing.T) {
	apart := func() presences { return presences{memory.NewPresence(), memory.NewPresence()} }
	catchesLate(t, presenceLaws, map[string]func() presences{
		"processes that take commands enter beside each other": enters(
			func(e ports.Entrant, d time.Duration) (ports.Entrant, time.Duration) {
				return ports.Entrant{Name: e.Name, Imports: true}, d
			}),
		"an importer is let in while nobody else is": enters(
			func(e ports.Entrant, d time.Duration) (ports.Entrant, time.Duration) {
				return ports.Entrant{Name: e.Name}, d
			}),
		"nobody enters beside an importer":                                     apart,
		"of 8 importers and 8 others, the one kind enters or one of the other": apart,
		"an entrant's time runs out": enters(
			func(e ports.Entrant, _ time.Duration) (ports.Entrant, time.Duration) {
				return e, time.Hour
			}),
		"an entrant stays, also if its time had run out": attending(func(b *brokenPresence) {
			b.stay = func(ctx context.Context, name string, d time.Duration) (bool, error) {
				in, err := b.Presence.Present(ctx)
				for _, e := range in {
					if e.Name == name {
						return b.Presence.Stay(ctx, name, d)
					}
				}
				return false, err
			}
		}),
		"nobody stays who was replaced": attending(func(b *brokenPresence) {
			b.stay = func(context.Context, string, time.Duration) (bool, error) { return true, nil }
		}),
		"nobody stays who has left, and others enter": attending(func(b *brokenPresence) {
			b.leave = func(context.Context, string) error { return nil }
		}),
		"who is Present is known": attending(func(b *brokenPresence) {
			b.present = func(context.Context) ([]ports.Entrant, error) { return nil, nil }
		}),
	})
}
