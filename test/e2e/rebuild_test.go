package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orders/test/mongotest"
)

// A witness reads some order of the crowd's again and again, from one service, and notes when it
// is gone or older than it was.
type witness struct {
	stopped atomic.Bool
	done    chan struct{}
	reads   int
	flaws   []string
}

func watch(c *crowd, service client) *witness {
	w := &witness{done: make(chan struct{})}
	seen := map[string]int{}
	go func() {
		defer close(w.done)
		for !w.stopped.Load() {
			id, version := c.some()
			if id == "" {
				time.Sleep(time.Millisecond)
				continue
			}
			seen[id] = max(seen[id], version)
			w.read(service, id, seen)
		}
	}()
	return w
}

func (w *witness) read(service client, id string, seen map[string]int) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	path := fmt.Sprintf("/queries/orders/%s?minVersion=%d", id, seen[id])
	a, err := service.send(ctx, "GET", path, "")
	if err == nil && a.lags() {
		return // It does not show anything older instead.
	}
	got := versionOf(a)
	if err != nil || a.status != 200 || got < seen[id] {
		w.flaws = append(w.flaws, fmt.Sprintf("order %s: status %d, version %d after %d, %v",
			id, a.status, got, seen[id], err))
	}
	seen[id] = max(seen[id], got)
	w.reads++
}

func (w *witness) dismiss(t *testing.T) {
	t.Helper()
	w.stopped.Store(true)
	<-w.done
	if w.reads == 0 {
		t.Error("nothing could be read")
	}
	for _, f := range w.flaws[:min(5, len(w.flaws))] {
		t.Error(f)
	}
	t.Logf("%d reads, %d of them wrong", w.reads, len(w.flaws))
}

// Readers of two processes see neither a gap nor an old state while a read model is rebuilt,
// rolled back and rebuilt again under traffic, one rebuild being killed.
func TestRebuildUnderTraffic(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t)}
	first, second := start(t, env...), start(t, env...)
	orders := gather(first.client, second.client)
	witnesses := []*witness{watch(orders, first.client), watch(orders, second.client)}
	time.Sleep(time.Second)

	for _, name := range []string{"orders", "summary"} {
		said := operates(t, 0, env, "projection", "rebuild", name)
		if !strings.Contains(said, "generation 2 is live") {
			t.Errorf("the rebuild says %s", said)
		}
	}
	killed := launch(t, "", env, "projection", "rebuild", "orders", "--rate", "1")
	eventually(t, "it fills a generation", func() bool { return isRebuilt(t, env) })
	killed.kill()
	status := operates(t, 0, env, "projection", "status")
	if !strings.Contains(status, "orders: generation 2") {
		t.Errorf("after a killed rebuild: %s", status)
	}
	said := operates(t, 0, env, "projection", "rollback", "orders")
	if !strings.Contains(said, "generation 1 is live") {
		t.Errorf("the rollback says %s", said)
	}
	said = operates(t, 0, env, "projection", "rebuild", "orders")
	if !strings.Contains(said, "is live") {
		t.Errorf("the second rebuild says %s", said)
	}
	for _, w := range witnesses {
		w.dismiss(t)
	}
	orders.dismiss(t)
	t.Logf("%d orders; right after %v", len(orders.ids), settles(t, env...))
	orders.sees(t, first.client)
	orders.sees(t, second.client)
}

// isRebuilt reports whether a rebuild is under way.
func isRebuilt(t *testing.T, env []string) bool {
	t.Helper()
	return strings.Contains(operates(t, 0, env, "projection", "status"), "is filled beside it")
}

// A rebuild that is interrupted says so, ends with 1, and leaves what readers see.
func TestAnInterruptedRebuildTouchesNothing(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t)}
	service := start(t, env...)
	orders := gather(service.client)
	ordered(t, orders, 60)
	orders.dismiss(t)
	settles(t, env...)
	p := launch(t, "", env, "projection", "rebuild", "orders", "--rate", "1")
	eventually(t, "it fills a generation", func() bool { return isRebuilt(t, env) })
	p.terminate(t)
	p.ends(t, 1, "the live generation is untouched")
	orders.sees(t, service.client)
	said := operates(t, 1, env, "projection", "rollback", "summary")
	if !strings.Contains(said, "no earlier generation is kept") {
		t.Errorf("there is nothing to go back to, and it says %s", said)
	}
}
