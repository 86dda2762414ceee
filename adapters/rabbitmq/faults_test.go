package rabbitmq_test

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/rabbitmq"
	"orders/domain/order"
	"orders/ports"
	"orders/test/rabbittest"
)

// The broker fails in every way while many publish: what was confirmed is there, each order's
// commits in order.
func TestFaultsWhilePublishing(t *testing.T) {
	server := rabbittest.Start(t)
	t.Run("blocked", func(t *testing.T) { testBlocked(t, server) })
	for _, fault := range []struct {
		name  string
		cause func(*testing.T)
	}{
		{"frozen for 10 s", func(*testing.T) {
			server.Freeze()
			time.Sleep(10 * time.Second)
			server.Thaw()
		}},
		{"connections closed", func(t *testing.T) {
			for closed, begun := 0, time.Now(); closed < 3; time.Sleep(100 * time.Millisecond) {
				if closed += server.CloseConnections(); time.Since(begun) > time.Minute {
					t.Error("there are no connections to close")
					return
				}
			}
		}},
		{"disk full", func(*testing.T) {
			free := server.FillDisk()
			time.Sleep(time.Second)
			free()
		}},
		// RabbitMQ 3.10 loses its first stream for good if it is killed in that stream's first
		// second, so this is the last one.
		{"killed", func(*testing.T) { server.Kill(); time.Sleep(time.Second); server.Start() }},
	} {
		t.Run(fault.name, func(t *testing.T) {
			publishDuring(t, server.FreshURL(t), func() { fault.cause(t) })
		})
	}
}

// publishDuring publishes commits of many orders before, during and after a fault.
func publishDuring(t *testing.T, url string, fault func()) {
	t.Helper()
	const orders = 60
	b := open(t, rabbitmq.Config{URL: url})
	topic, begin := b.made(t)
	var published atomic.Int64
	var over atomic.Bool
	last := make([]int, orders)
	var publishing sync.WaitGroup
	for n := range orders {
		publishing.Go(func() {
			for !over.Load() {
				if err := b.must(t.Context(), commit(orderID(n), last[n]+1)); err != nil {
					t.Error(err)
					return
				}
				last[n]++
				published.Add(1)
			}
		})
	}
	read, stop := readDuring(t, b, topic, begin)
	awaitMore(t, &published)
	fault()
	awaitMore(t, &published)
	over.Store(true)
	publishing.Wait()
	t.Logf("%d commits", published.Load())
	again := b.read(t, topic, begin)
	for n := range orders {
		wantInOrder(t, orderID(n), again[orderID(n)], last[n])
	}
	live := read(last)
	stop()
	for n := range orders {
		wantInOrder(t, orderID(n), live[orderID(n)], last[n])
	}
}

// readDuring reads the topic until stop is called. What read returns has so many versions of each
// order, if they come within two minutes.
func readDuring(t *testing.T, b broker, topic ports.TopicID, from ports.Offset) (
	read func(last []int) map[order.ID][]int, stop func(),
) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	var all seen
	go func() { ended <- b.Read(ctx, topic, from, all.add) }()
	return all.await, func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("reading ended with %v", err)
		}
	}
}

// seen are the versions that came of each order.
type seen struct {
	mu  sync.Mutex
	all map[order.ID][]int
}

func (s *seen) add(_ context.Context, n ports.Notices) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[order.ID][]int{}
	}
	for _, n := range n.Of {
		s.all[n.OrderID] = append(s.all[n.OrderID], n.Version)
	}
	return nil
}

func (s *seen) has(last []int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, want := range last {
		if !slices.Contains(s.all[orderID(n)], want) {
			return false
		}
	}
	return true
}

func (s *seen) await(last []int) map[order.ID][]int {
	for begun := time.Now(); !s.has(last) && time.Since(begun) < 2*time.Minute; {
		time.Sleep(10 * time.Millisecond)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.all)
}

// awaitMore waits until some hundred more commits are published.
func awaitMore(t *testing.T, published *atomic.Int64) {
	t.Helper()
	want := published.Load() + 300
	for begun := time.Now(); published.Load() < want; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > 2*time.Minute {
			t.Fatalf("%d commits are published, not %d", published.Load(), want)
		}
	}
}

// While the broker blocks publishers, Publish and End wait as long as their callers do, and readers
// read on.
func testBlocked(t *testing.T, server *rabbittest.Server) {
	url := server.FreshURL(t)
	b := open(t, rabbitmq.Config{URL: url})
	topic, begin := b.made(t)
	if err := b.Publish(t.Context(), commit(orderID(0), 1)); err != nil {
		t.Fatal(err)
	}
	free := server.FillDisk()
	next := wantWaiting(t, b, topic)
	waits := runtime.NumGoroutine()
	short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var ends sync.WaitGroup
	for range 100 {
		ends.Go(func() { _, _ = b.End(short, topic) })
	}
	ends.Wait()
	wantNoGoroutines(t, waits+60) // A few wait with their markers.
	read, stop := readDuring(t, open(t, rabbitmq.Config{URL: url}), topic, begin)
	wantInOrder(t, orderID(0), read([]int{1})[orderID(0)], 1)
	stop()
	free()
	if err := b.must(t.Context(), commit(orderID(0), next)); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, orderID(0), b.read(t, topic, begin)[orderID(0)], next)
}

// wantWaiting wants Publish and End to wait, and returns the version that is not published yet: a
// broker may take some more before it blocks whoever publishes.
func wantWaiting(t *testing.T, b broker, topic ports.TopicID) (version int) {
	t.Helper()
	const enough = 100
	var publishErr, endErr error
	for version = 2; publishErr == nil && version < enough; version++ {
		waiting, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		publishErr = b.Publish(waiting, commit(orderID(0), version))
		_, endErr = b.End(waiting, topic)
		cancel()
	}
	for _, err := range []error{publishErr, endErr} {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ends with %v", err)
		}
	}
	return version - 1
}
