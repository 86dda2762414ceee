// Package readmodel keeps views of any kind in generations, with their position, their parked
// orders and their lease.
package readmodel

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/subscription"
	"orders/ports"
)

const (
	// cacheTime is how long a state may be used. It is looked up anew before, so that who reads
	// all the time never waits for that.
	cacheTime = time.Second
	lookAfter = cacheTime / 2
	// turnTime is after how long nobody uses a state that has been replaced.
	turnTime = cacheTime + 100*time.Millisecond
	// lookTries bounds the looks of one who asks while answers are slower than cacheTime.
	lookTries = 3
)

// A Model is a read model as this process knows it: its state, cached. It is not the cache that
// makes generations complete: who saved by an outdated state cannot advance the position.
type Model struct {
	db     *client.Database
	set    migrate.Set
	states *driver.Collection
	unread document.Unread

	mu     sync.Mutex
	known  state
	asOf   time.Time // When known was asked for.
	heard  time.Time // When known was answered.
	looker *look     // Under way, or nil.
}

// A look is a read of the state that many may wait for.
type look struct {
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

// put replaces what is known by what was read. Of two reads at once the one of the higher epoch
// counts; that there is nothing counts if it was asked for after everything else was heard.
func (m *Model) put(s state, begun time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case s.Epoch == m.known.Epoch && begun.Before(m.asOf):
	case s.Epoch >= m.known.Epoch, s.Epoch == 0 && begun.After(m.heard):
		m.known, m.asOf, m.heard = s, begun, time.Now()
	}
}

// current returns the state as it was at most cacheTime ago. The error is ports.ErrUnavailable or
// the context's.
func (m *Model) current(ctx context.Context) (state, error) {
	for range lookTries {
		s, pending := m.peek()
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

// peek returns what is known, or else the look to wait for. It begins one that is due.
func (m *Model) peek() (state, *look) {
	m.mu.Lock()
	defer m.mu.Unlock()
	age := cacheTime
	if !m.asOf.IsZero() {
		age = time.Since(m.asOf)
	}
	if age >= lookAfter && m.looker == nil {
		m.looker = &look{done: make(chan struct{})}
		go m.look(m.looker)
	}
	if age < cacheTime {
		return m.known, nil
	}
	return state{}, m.looker
}

func (m *Model) look(l *look) {
	_, l.err = m.Read(context.Background())
	m.mu.Lock()
	m.looker = nil
	m.mu.Unlock()
	close(l.done)
}

// collection is a generation's.
func (m *Model) collection(number int) *driver.Collection {
	return m.db.Collection(m.Name(number))
}

func (m *Model) Name(number int) string {
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
	if m.Name(number) != name {
		return 0
	}
	return number
}

// live is the collection that readers see.
func (m *Model) live(ctx context.Context) (*driver.Collection, error) {
	s, err := m.current(ctx)
	if err != nil {
		return nil, err
	}
	return m.collection(s.Live.Number), nil
}

// sweep discards all generations that are of no use: those that were left before the last one, and
// those of rebuilds that were broken off. The state is read after the names: numbers are never
// given twice, so what is of no use then, never is again, however late it is dropped.
func (m *Model) sweep(ctx context.Context) error {
	listing, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	names, err := m.db.Handle.ListCollectionNames(listing, bson.D{{Key: "name", Value: bson.D{
		{Key: "$regex", Value: "^" + regexp.QuoteMeta(m.set.Collection) + `(_\d+)?$`},
	}}})
	if err != nil {
		return err
	}
	s, err := m.Read(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		number := m.number(name)
		if number > 0 && number <= s.Last && !s.keeps(number) {
			err = errors.Join(err, m.discard(ctx, number))
		}
	}
	return err
}
