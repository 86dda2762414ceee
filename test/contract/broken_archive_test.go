package contract

import (
	"context"
	"testing"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A brokenArchive is a good one except for the functions that are set.
type brokenArchive struct {
	*memory.EventStore
	load    loading
	streams func(context.Context, ports.Range) ([]ports.Stream, error)
	deaf    bool // It does not hear that each has enough.
	size    func(context.Context) (int, error)
}

func (b brokenArchive) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	return b.load(ctx, id)
}

func (b brokenArchive) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	streams, err := b.streams(ctx, r)
	for _, s := range streams {
		for _, c := range s.Commits {
			if failed := each(c); failed != nil && b.deaf {
				err = failed
			} else if failed != nil {
				return failed
			}
		}
	}
	return err
}

func (b brokenArchive) Size(ctx context.Context) (int, error) { return b.size(ctx) }

func archiving(breakIt func(b *brokenArchive)) func() Archived {
	return func() Archived {
		good := memory.NewEventStore()
		b := brokenArchive{EventStore: good, load: good.Load, size: good.Size}
		b.streams = func(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
			return archived(ctx, good, r)
		}
		breakIt(&b)
		return b
	}
}

func TestArchiveLawsCatch(t *testing.T) {
	catches(t, archiveLaws, map[string]func() Archived{
		"commits are those of the first orders of a range, by ID and version": archiving(
			func(b *brokenArchive) {
				b.streams = func(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
					r.Through = ""
					return archived(ctx, b.EventStore, r)
				}
			}),
		"telling ends as soon as each fails, with that error": archiving(func(b *brokenArchive) {
			b.deaf = true
		}),
		"all commits of an order are told": archiving(func(b *brokenArchive) {
			b.streams = func(ctx context.Context, r ports.Range) ([]ports.Stream, error) {
				streams, err := archived(ctx, b.EventStore, r)
				for i, s := range streams {
					streams[i] = s.Until(s.Version() - 1)
				}
				return streams, err
			}
		}),
		"the size is about how many commits there are": archiving(func(b *brokenArchive) {
			b.size = func(ctx context.Context) (int, error) {
				streams, err := archived(ctx, b.EventStore, ports.Range{Limit: 1000})
				return len(streams), err
			}
		}),
		"who is told of commits cannot change the past": archiving(func(b *brokenArchive) {
			var shown []ports.Stream
			b.streams = func(ctx context.Context, r ports.Range) (_ []ports.Stream, err error) {
				shown, err = archived(ctx, b.EventStore, r)
				return shown, err
			}
			b.load = func(context.Context, order.ID) (ports.Stream, error) { return shown[0], nil }
		}),
	})
}
