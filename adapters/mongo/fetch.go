package mongo

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

const (
	// fetchSlots is how many reads of a fetcher are under way at once.
	fetchSlots = 4
	// fetchMax is how many documents one read is for, at most.
	fetchMax = 256
	// fetchQueue is how many callers wait for a slot, at most.
	fetchQueue = 4096
)

// A fetcher reads single documents for many callers, as groupCommit writes for them: a free slot
// reads at once whatever is asked for by then. Nobody gets what was read before he asked.
type fetcher struct {
	read func(context.Context, []order.ID) (map[order.ID]bson.Raw, error)

	open context.Context
	shut context.CancelFunc

	mu    sync.Mutex
	asked []*question
	busy  int // Slots at work.
}

// A question is one caller's.
type question struct {
	id       order.ID
	answered chan struct{} // Closed when document and err are set.
	document bson.Raw
	err      error
}

func newFetcher(
	read func(context.Context, []order.ID) (map[order.ID]bson.Raw, error),
) *fetcher {
	open, shut := context.WithCancel(context.Background())
	return &fetcher{read: read, open: open, shut: shut}
}

// close ends all reading.
func (f *fetcher) close() { f.shut() }

// fetch returns the document whose _id is id. The error is ports.ErrNotFound,
// ports.ErrUnavailable or the context's.
func (f *fetcher) fetch(ctx context.Context, id order.ID) (bson.Raw, error) {
	q := &question{id: id, answered: make(chan struct{})}
	if err := f.ask(q); err != nil {
		return nil, err
	}
	select {
	case <-q.answered:
		return q.document, q.err
	case <-ctx.Done():
		f.takeBack(q)
		return nil, ctx.Err()
	}
}

func (f *fetcher) ask(q *question) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) >= fetchQueue {
		return fmt.Errorf("%w: %d reads wait already", ports.ErrUnavailable, len(f.asked))
	}
	f.asked = append(f.asked, q)
	if f.busy < fetchSlots {
		f.busy++
		go f.work()
	}
	return nil
}

// takeBack makes that nobody reads for a caller who has left, unless that is under way.
func (f *fetcher) takeBack(q *question) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = slices.DeleteFunc(f.asked, func(other *question) bool { return other == q })
}

// work is a slot.
func (f *fetcher) work() {
	for some := f.take(); len(some) > 0; some = f.take() {
		f.answer(some)
	}
}

// take removes some questions. When there are none, the slot is no longer busy.
func (f *fetcher) take() []*question {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(len(f.asked), fetchMax)
	some := slices.Clone(f.asked[:n])
	f.asked = slices.Delete(f.asked, 0, n)
	if n == 0 {
		f.busy--
	}
	return some
}

func (f *fetcher) answer(some []*question) {
	ctx, cancel := context.WithTimeout(f.open, attemptTimeout)
	defer cancel()
	ids := make([]order.ID, len(some))
	for i, q := range some {
		ids[i] = q.id
	}
	found, err := f.read(ctx, ids)
	for _, q := range some {
		switch document, is := found[q.id]; {
		case err != nil:
			q.err = translate(context.Background(), err) // It is not the caller's time that was up.
		case !is:
			q.err = ports.ErrNotFound
		default:
			q.document = document
		}
		close(q.answered)
	}
}
