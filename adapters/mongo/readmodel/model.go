package readmodel

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/subscription"
	"orders/ports"
)

const (
	// cacheTime is how long a process uses a state that it has read. It reads the state again after
	// readAfter, so that a reader who asks all the time never waits.
	cacheTime = time.Second
	readAfter = cacheTime / 2
	// staleTime is how long after a replacement some process may still use the old state.
	staleTime = cacheTime + 100*time.Millisecond
	// readTries bounds how often a caller waits for a state if answers are slower than cacheTime.
	readTries = 3
)

// A Model is a read model as this process knows it: its collections, and its state, cached. The
// cache is not what makes generations complete: a process that saved by an outdated state cannot
// advance the position.
type Model struct {
	db     *client.Database
	set    migrate.Set
	states *driver.Collection
	unread document.UnreadableLog

	mu         sync.Mutex
	cached     state
	askedAt    time.Time  // When known was asked for.
	answeredAt time.Time  // When known was answered.
	reading    *stateRead // Under way, or nil.
}

// A stateRead is one read of the state, for which many callers may wait.
type stateRead struct {
	done chan struct{}
	err  error
}

// Open returns the read model in d that set is for.
func Open(d *client.Database, set migrate.Set) *Model {
	return &Model{db: d, set: set, states: d.Collection(StatesName)}
}

// LeasesName is the collection of leases: one document for each read model that somebody leads.
const LeasesName = "projection_leases"

// Lease returns the lease of m.
func (m *Model) Lease() *subscription.Lease {
	return subscription.NewLease(m.db.Collection(LeasesName), m.set.Collection)
}

// remember caches a state that was read. Of two concurrent reads the higher epoch wins. A read
// that found no state wins if it began after the cached one was answered.
func (m *Model) remember(s state, begun time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case s.Epoch == m.cached.Epoch && begun.Before(m.askedAt):
	case s.Epoch >= m.cached.Epoch, s.Epoch == 0 && begun.After(m.answeredAt):
		m.cached, m.askedAt, m.answeredAt = s, begun, time.Now()
	}
}

// current returns a state that is at most cacheTime old. The error is ports.ErrUnavailable or that
// of ctx.
func (m *Model) current(ctx context.Context) (state, error) {
	for range readTries {
		s, pending := m.cachedOrPending()
		if pending == nil {
			return s, nil
		}
		select {
		case <-pending.done:
		case <-ctx.Done():
			return state{}, ctx.Err()
		}
		if pending.err != nil {
			return state{}, client.Translate(ctx, pending.err)
		}
	}
	return state{}, fmt.Errorf("%w: MongoDB is too slow", ports.ErrUnavailable)
}

// cachedOrPending returns the cached state, or else the read to wait for. It begins a read that
// is due.
func (m *Model) cachedOrPending() (state, *stateRead) {
	m.mu.Lock()
	defer m.mu.Unlock()
	age := cacheTime
	if !m.askedAt.IsZero() {
		age = time.Since(m.askedAt)
	}
	if age >= readAfter && m.reading == nil {
		m.reading = &stateRead{done: make(chan struct{})}
		go m.readForAll(m.reading)
	}
	if age < cacheTime {
		return m.cached, nil
	}
	return state{}, m.reading
}

func (m *Model) readForAll(l *stateRead) {
	_, l.err = m.read(context.Background())
	m.mu.Lock()
	m.reading = nil
	m.mu.Unlock()
	close(l.done)
}

// collection is a generation's.
func (m *Model) collection(number int) *driver.Collection {
	return m.db.Collection(m.name(number))
}

func (m *Model) name(number int) string {
	if number == 1 {
		return m.set.Collection
	}
	return m.set.Collection + "_" + strconv.Itoa(number)
}

// number is that of the generation whose collection has a name, 0 if none has.
func (m *Model) number(name string) int {
	number := 1
	if suffix, later := strings.CutPrefix(name, m.set.Collection+"_"); later {
		number, _ = strconv.Atoi(suffix)
	}
	if m.name(number) != name {
		return 0
	}
	return number
}

// LiveName is the name of the collection that readers see, which is the first one's beside an
// error.
func (m *Model) LiveName(ctx context.Context) (string, error) {
	s, err := m.read(ctx)
	return m.name(max(1, s.Live.Number)), err
}
