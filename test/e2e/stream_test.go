package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/test/mongotest"
)

// A listener reads server-sent events as a browser's EventSource does.
type listener struct {
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex
	lastID string
	seen   map[string]int // The latest version of each order that was told of.
	back   bool           // A version went back.
	events int
}

// listen opens a stream; it goes on until it is closed or the service ends it. While a busy machine
// lets the service say 503, it asks again.
func listen(t *testing.T, c client, path, lastID string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	l := &listener{cancel: cancel, done: make(chan struct{}), seen: map[string]int{}}
	opened := make(chan error)
	go func() {
		defer close(l.done)
		l.run(c, req, opened)
	}()
	if err := <-opened; err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return l
}

// run reads until the stream ends, and tells how it was opened.
func (l *listener) run(c client, req *http.Request, opened chan<- error) {
	res, err := c.http.Do(req)
	for until := time.Now().Add(patience); err == nil && res.StatusCode == 503 &&
		time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		res.Body.Close()
		res, err = c.http.Do(req)
	}
	if err != nil {
		opened <- err
		return
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK ||
		!strings.HasPrefix(kind, "text/event-stream") {
		opened <- fmt.Errorf("status %d, type %s", res.StatusCode, kind)
		return
	}
	opened <- nil
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		l.take(lines.Text())
	}
}

func (l *listener) take(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id, is := strings.CutPrefix(line, "id: "); is {
		l.lastID = id
	}
	data, is := strings.CutPrefix(line, "data: ")
	if !is {
		return
	}
	var told struct {
		Order struct {
			ID      string `json:"orderId"`
			Version int    `json:"version"`
		} `json:"order"`
	}
	if json.Unmarshal([]byte(data), &told) != nil || told.Order.ID == "" {
		return
	}
	l.events++
	l.back = l.back || told.Order.Version < l.seen[told.Order.ID]
	l.seen[told.Order.ID] = max(told.Order.Version, l.seen[told.Order.ID])
}

func (l *listener) close() {
	l.cancel()
	<-l.done
}

func (l *listener) has(id string, version int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[id] >= version
}

// begins waits until it was told of something: it can go on after that.
func (l *listener) begins(t *testing.T) {
	t.Helper()
	eventually(t, "a stream tells of an order", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.lastID != ""
	})
}

func TestAStreamTellsOfAnOrderAndItsChanges(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		id := c.create(t).id()
		l := listen(t, c, "/queries/orders/"+id+"/stream", "")
		eventually(t, "it tells of the order now", func() bool { return l.has(id, 1) })
		c.must(t, 200, "POST", "/commands/orders/"+id+"/confirm", "")
		eventually(t, "it tells of the change", func() bool { return l.has(id, 2) })
		l.close()
		if l.lastID != "2" {
			t.Errorf("the last event's id is %q", l.lastID)
		}
		c.must(t, 200, "POST", "/commands/orders/"+id+"/cancel", `{"reason":"other"}`)
		l = listen(t, c, "/queries/orders/"+id+"/stream", "2")
		eventually(t, "it goes on", func() bool { return l.has(id, 3) })
		l.close()
		if l.events != 1 {
			t.Errorf("it tells %d events after a resume, want 1", l.events)
		}
	})
}

// Whoever listens to all orders at another process than the writers, and comes back to the last
// event after that was stopped, hears of each order and of its latest version.
func TestAStreamOfAllOrdersMissesNothing(t *testing.T) {
	skipShort(t)
	env := "MONGODB_URI=" + mongotest.URI(t)
	writer, reader := start(t, env), start(t, env, "ROLES=query")
	first := listen(t, reader.client, "/queries/orders/stream", "")
	orders := gather(writer.client)
	first.begins(t)
	time.Sleep(time.Second)
	reader.terminate(t)
	reader.ends(t, 0, "")
	<-first.done
	time.Sleep(300 * time.Millisecond)
	reader = start(t, env, "ROLES=query")
	second := listen(t, reader.client, "/queries/orders/stream", first.lastID)
	time.Sleep(time.Second)
	orders.dismiss(t)
	for id, version := range orders.accepted {
		eventually(t, fmt.Sprintf("order %s is told at version %d", id, version), func() bool {
			return first.has(id, version) || second.has(id, version)
		})
	}
	second.close()
	if first.back || second.back {
		t.Error("a version went back")
	}
	t.Logf("%d orders; %d and %d events", len(orders.ids), first.events, second.events)
}
