package orders

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"orders/adapters/mongo/client"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
	"orders/ports/recent"
)

const (
	// pollTime passes between reads of versions that another process may have saved. A poll leaves
	// out callers that have waited for less. It is lazyTime while saves happen in this process.
	pollTime, lazyTime = 3 * time.Millisecond, 20 * time.Millisecond
	// A poll takes at most one part of pollShare of the time, however many callers wait.
	pollShare = 5
	// The last savedMax saves are remembered, for savedTime.
	savedMax, savedTime = 4096, time.Second
)

// An awaits holds the callers that wait for a version of an order, and lets each go once that is
// saved. It has a goroutine only while a caller waits.
type awaits struct {
	readVersions func(context.Context, []order.ID) (map[order.ID]int, error)

	open  context.Context
	shut  context.CancelFunc
	polls sync.WaitGroup

	mu      sync.Mutex
	saves   recent.Map[order.ID, int] // Versions saved here.
	term    int64                     // The primary's term of the provisional ones.
	savedAt time.Time                 // When the last one was.
	waiting map[order.ID][]*waiter
	polling bool
}

func newSaves() recent.Map[order.ID, int] {
	return recent.Within[order.ID, int](savedMax, savedTime)
}

type waiter struct {
	id      order.ID
	version int
	since   time.Time
	done    chan struct{}
}

func newAwaits(readVersions func(context.Context, []order.ID) (map[order.ID]int, error)) *awaits {
	open, shut := context.WithCancel(context.Background())
	return &awaits{
		readVersions: readVersions, open: open, shut: shut,
		saves:   newSaves(),
		waiting: map[order.ID][]*waiter{},
	}
}

// close ends all waiting and forbids more.
func (a *awaits) close() {
	a.mu.Lock()
	a.shut()
	a.mu.Unlock()
	a.polls.Wait()
}

// saved tells that views are in place: in this term of the primary, if they are provisional. What
// was saved in another term is forgotten, as it may be gone. Who was let go for it reads an older
// view, and awaits again if that matters.
func (a *awaits) saved(views []ports.OrderView, term int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if term != 0 && term != a.term {
		a.term, a.saves = term, newSaves()
	}
	a.savedAt = time.Now()
	for _, view := range views {
		a.saves.Put(view.ID, max(a.saves.Get(view.ID), view.Version))
		a.release(view.ID, view.Version)
	}
}

func (a *awaits) release(id order.ID, version int) {
	left := slices.DeleteFunc(a.waiting[id], func(w *waiter) bool {
		if w.version > version {
			return false
		}
		close(w.done)
		return true
	})
	a.setWaiting(id, left)
}

func (a *awaits) setWaiting(id order.ID, left []*waiter) {
	if a.waiting[id] = left; len(left) == 0 {
		delete(a.waiting, id)
	}
}

func (a *awaits) await(ctx context.Context, id order.ID, version int) error {
	w, err := a.register(id, version)
	if err != nil {
		return err
	}
	defer a.withdraw(w)
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-a.open.Done():
		return fmt.Errorf("%w: it is shutting down", ports.ErrUnavailable)
	}
}

func (a *awaits) register(id order.ID, version int) (*waiter, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := &waiter{id: id, version: version, since: time.Now(), done: make(chan struct{})}
	switch {
	case a.open.Err() != nil:
		return nil, fmt.Errorf("%w: it is shut down", ports.ErrUnavailable)
	case a.saves.Get(id) >= version:
		close(w.done)
		return w, nil
	}
	a.waiting[id] = append(a.waiting[id], w)
	if !a.polling {
		a.polling = true
		a.polls.Go(a.poll)
	}
	return w, nil
}

func (a *awaits) withdraw(w *waiter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := slices.DeleteFunc(a.waiting[w.id], func(other *waiter) bool { return other == w })
	a.setWaiting(w.id, left)
}

// poll reads what other processes saved, for as long as a caller waits.
func (a *awaits) poll() {
	for pause := pollTime; clock.Sleep(a.open, pause) == nil; {
		ids, waited := a.due()
		if !waited {
			return
		}
		if pause = pollTime; len(ids) == 0 {
			continue
		}
		began := time.Now()
		ctx, cancel := context.WithTimeout(a.open, client.AttemptTimeout)
		versions, _ := a.readVersions(ctx, ids) // After an error the next poll may succeed.
		cancel()
		a.mu.Lock()
		for id, version := range versions {
			a.release(id, version)
		}
		a.mu.Unlock()
		pause = max(pause, (pollShare-1)*time.Since(began))
	}
}

// due returns the orders whose callers have waited long enough, and whether any caller waits. If
// none does, the polling ends.
func (a *awaits) due() (ids []order.ID, waited bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) == 0 {
		a.polling = false
		return nil, false
	}
	enough := pollTime
	if time.Since(a.savedAt) < savedTime {
		enough = lazyTime
	}
	for id, waiters := range a.waiting {
		if time.Since(waiters[0].since) >= enough {
			ids = append(ids, id)
		}
	}
	return ids, true
}
