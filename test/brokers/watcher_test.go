package brokers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// A watcher follows the stream of changes of all orders that one program sends.
type watcher struct {
	mu    sync.Mutex
	shown map[string]int // Of each order, the last version.
}

// watch opens a stream that stays open until the test ends.
func (w *world) watch(t *testing.T, p *program) *watcher {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(
		ctx, http.MethodGet, p.base+"/queries/orders/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	w.authorize(r)
	r.Header.Set("Accept", "text/event-stream")
	client := http.Client{Transport: w.http.Transport} // Without a time limit.
	//nolint:bodyclose // The goroutine closes it.
	stream, err := client.Do(r)
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatalf("no stream: %v, %v", stream, err)
	}
	opened, ended := &watcher{shown: map[string]int{}}, make(chan struct{})
	go func() {
		defer close(ended)
		defer stream.Body.Close()
		lines := bufio.NewScanner(stream.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			opened.read(lines.Text())
		}
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return opened
}

func (w *watcher) read(line string) {
	text, is := strings.CutPrefix(line, "data: ")
	var change struct{ Order view }
	if !is || json.Unmarshal([]byte(text), &change) != nil || change.Order.OrderID == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	id := change.Order.OrderID
	w.shown[id] = max(w.shown[id], change.Order.Version)
}

// lacks returns an order of which the stream has not shown the last version; none if there is none.
// Only the orders that were changed after they were first acknowledged, and that after others were
// known, are sure to have been changed since.
func (w *watcher) lacks(last, known map[string]int) (id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, version := range last {
		if known[id] == 0 && version > 1 && w.shown[id] < version {
			return id
		}
	}
	return ""
}
