package contract

import (
	"context"
	"testing"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

func TestReadLawsCatch(t *testing.T) { catches(t, readLaws, brokenReaders) }

var brokenReaders = map[string]func() ports.EventStore{
	"what is after a version is read, in order and one at a time": func() ports.EventStore {
		return offByOne{memory.NewEventStore()}
	},
	"reading ends with the error of who reads": func() ports.EventStore {
		return goesOn{memory.NewEventStore()}
	},
	"a past that is folded is appended to like any other": store(countsCommits),
}

// offByOne reads the version itself, too.
type offByOne struct{ *memory.EventStore }

func (s offByOne) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return s.EventStore.Read(ctx, id, after-1, each)
}

// goesOn hands over the rest in spite of an error.
type goesOn struct{ *memory.EventStore }

func (s goesOn) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) (err error) {
	failed := s.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		if e := each(c); e != nil {
			err = e
		}
		return nil
	})
	if err == nil {
		err = failed
	}
	return err
}

// countsCommits takes a folded past for an empty one.
func countsCommits(good *memory.EventStore) (loading, appending) {
	return nil, func(ctx context.Context, past ports.Stream, c ports.Commit) error {
		if len(past.Commits) != c.Version-1 {
			return ports.ErrConflict
		}
		return good.Append(ctx, past, c)
	}
}
