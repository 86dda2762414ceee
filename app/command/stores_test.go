package command_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A watched store counts what is read of it, and tells whether commands on an order overlap.
type watched struct {
	ports.EventStore
	reads, commits, appends atomic.Int64
	most                    atomic.Int64 // Commits that a read brought to an end by an error had.
	log                     atomic.Pointer[[]string]

	mu      sync.Mutex
	busy    map[order.ID]bool
	overlap bool
}

func watch(s ports.EventStore) *watched {
	return &watched{EventStore: s, busy: map[order.ID]bool{}}
}

func (w *watched) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	w.reads.Add(1)
	defer w.enter(id)()
	if log := w.log.Load(); log != nil {
		*log = append(*log, fmt.Sprint("after ", after))
	}
	n := int64(0)
	return w.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		w.commits.Add(1)
		n++
		err := each(c)
		if err != nil {
			w.most.Store(max(n, w.most.Load()))
		}
		return err
	})
}

func (w *watched) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	w.appends.Add(1)
	if past.Version() > 0 {
		defer w.enter(past.ID)()
	}
	return w.EventStore.Append(ctx, past, c)
}

func (w *watched) enter(id order.ID) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.overlap = w.overlap || w.busy[id]
	w.busy[id] = true
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.busy[id] = false
	}
}

// A restorable store can be put back to an older copy, or to another one, as a database can.
type restorable struct {
	mu sync.Mutex
	ports.EventStore
}

func (r *restorable) now() ports.EventStore {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.EventStore
}

func (r *restorable) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	return r.now().Load(ctx, id)
}

func (r *restorable) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return r.now().Read(ctx, id, after, each)
}

func (r *restorable) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	return r.now().Append(ctx, past, c)
}

// copyOf is a store with the first commits of an order, and nothing else.
func copyOf(t *testing.T, s ports.EventStore, id order.ID, version int) ports.EventStore {
	t.Helper()
	whole, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	c := memory.NewEventStore()
	for n, commit := range whole.Commits[:version] {
		if err := c.Append(t.Context(), whole.Until(n), commit); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// A failing store fails its next append, after it recorded it or instead.
type failing struct {
	ports.EventStore
	next     error
	recorded bool
}

func (f *failing) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if f.next == nil {
		return f.EventStore.Append(ctx, past, c)
	}
	err := f.next
	f.next = nil
	if f.recorded {
		if err := f.EventStore.Append(ctx, past, c); err != nil {
			return err
		}
	}
	if err.Error() == "panic" {
		panic(err)
	}
	return err
}
