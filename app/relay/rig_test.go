package relay_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/relay"
	"orders/domain/order"
	"orders/ports"
)

func id(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d ", n)) }

// A world is an event store, and the topic that a relay tells of it.
type world struct {
	*memory.EventStore
	subs  *memory.Subscriptions
	topic *memory.Topic
}

func newWorld() *world {
	return &world{memory.NewEventStore(), memory.NewSubscriptions(), &memory.Topic{}}
}

// grow commits once more to an order.
func (w *world) grow(t *testing.T, n int) {
	t.Helper()
	past, err := w.Load(t.Context(), id(n))
	if err == nil {
		c := ports.Commit{
			OrderID: id(n), Version: past.Version() + 1, ID: fmt.Sprint(n, past.Version()),
			At: time.Now().UTC(), Events: []order.Event{order.Created{UserID: "ann"}},
		}
		err = w.Append(t.Context(), past, c)
	}
	if err != nil {
		t.Error(err)
	}
}

func (w *world) shared(t *testing.T) ports.Subscription {
	t.Helper()
	s, err := w.subs.Open("relay-test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) relay(t *testing.T, p ports.Publisher, log *slog.Logger) *relay.Relay {
	t.Helper()
	source := relay.Source{Feed: w.EventStore, History: w.EventStore}
	return relay.New("relay-test", source, w.shared(t), p, log)
}

// run runs a relay, and returns how to stop it.
func run(t *testing.T, r *relay.Relay) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

var quiet = slog.New(slog.DiscardHandler)

// wantTold wants all that was committed to be told, each order's commits in order: a version comes
// only after the one before it.
func wantTold(t *testing.T, told []ports.Notice, versions map[order.ID]int) {
	t.Helper()
	highest := map[order.ID]int{}
	for _, n := range told {
		if n.Version > highest[n.OrderID]+1 {
			t.Errorf("version %d of %s came after %d", n.Version, n.OrderID, highest[n.OrderID])
		}
		highest[n.OrderID] = max(highest[n.OrderID], n.Version)
	}
	for id, want := range versions {
		if highest[id] != want {
			t.Errorf("of order %s version %d was told, want %d", id, highest[id], want)
		}
	}
	if len(highest) != len(versions) {
		t.Errorf("%d orders were told, want %d", len(highest), len(versions))
	}
}

// inMemory is a name for an embedded topic that is not that of its method.
type inMemory = memory.Topic

// A slowTopic takes some time for each commit, and knows which of one order are under way at once.
type slowTopic struct {
	*inMemory
	mu       sync.Mutex
	underWay map[order.ID]int
	most     int
	fails    func() error // Also after the topic took the commit. May be nil.
}

func (s *slowTopic) Publish(ctx context.Context, c ports.Commit) error {
	s.mu.Lock()
	if s.underWay == nil {
		s.underWay = map[order.ID]int{}
	}
	s.underWay[c.OrderID]++
	if s.underWay[c.OrderID] > 1 {
		s.mu.Unlock()
		return fmt.Errorf("two commits of %s are under way: %w", c.OrderID, ports.ErrRefused)
	}
	s.most = max(s.most, len(s.underWay))
	s.mu.Unlock()
	time.Sleep(time.Duration(1+rand.IntN(20)) * time.Millisecond) // Some time, always.
	err := s.inMemory.Publish(ctx, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.underWay, c.OrderID)
	if err == nil && s.fails != nil {
		err = s.fails()
	}
	return err
}
