package http_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

// A stream lasts longer than any other answer may take.
func TestAStreamOutlivesTheWriteTimeout(t *testing.T) {
	const most = 3 * time.Second // A busy machine has to answer in that.
	brief := http.Config{Address: "127.0.0.1:0", Timeout: most}
	s := startWith(t, brief, nil, nil)
	s.WriteWindow(100 * time.Millisecond)
	s.Streams(8, 40*time.Millisecond, time.Second)
	l := serve(t, s)
	id := l.order(t)
	c := l.open(t, show+"/"+id+"/stream")
	l.shows(t, c, id)
	for began := time.Now(); time.Since(began) < most+time.Second; {
		if c.next("") == nil {
			t.Fatalf("it ended after %s", time.Since(began))
		}
	}
	l.do(t, id, "confirm", "")
	l.shows(t, c, id)
}

// Who goes is found out by a sign of life, and is logged then, as one request.
func TestAClientThatGoes(t *testing.T) {
	l := streaming(t)
	c := l.open(t, show+"/stream", "X-Request-ID", "mine")
	c.next("")
	if len(l.logged(t, "mine")) != 0 {
		t.Error("it was logged before its end")
	}
	c.close()
	l.until(t, "the stream has ended", func() bool { return l.Streaming() == 0 })
	l.until(t, "it is logged", func() bool { return len(l.logged(t, "mine")) > 0 })
	log := l.logged(t, "mine")
	if len(log) != 1 || log[0]["status"] != 200.0 || log[0]["path"] != show+"/stream" ||
		log[0]["bytes"].(float64) < 30 || log[0]["durationMs"].(float64) < 1 {
		t.Errorf("logged %v", log)
	}
}

// logged are the lines of requests with the id.
func (s *service) logged(t *testing.T, id string) (found []map[string]any) {
	t.Helper()
	for _, line := range s.log.requests(t) {
		if line["requestId"] == id {
			found = append(found, line)
		}
	}
	return found
}

func (s *service) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("it never happens that %s", what)
		}
	}
}

func TestTooManyStreams(t *testing.T) {
	l := streaming(t)
	l.Streams(1, 10*time.Millisecond, time.Second)
	c := l.open(t, show+"/stream")
	a := l.ask(t, "GET", show+"/stream", "")
	a.is(t, 503)
	a.header(t, "Retry-After", "1")
	a.has(t, `"code":"too-many-streams"`)
	lines := l.log.requests(t)
	if last := lines[len(lines)-1]; last["error"] != "too many streams" {
		t.Errorf("logged %v", last)
	}
	c.close()
	l.until(t, "there is room", func() bool { return l.Streaming() == 0 })
	l.open(t, show+"/stream")
}

// A shutdown ends streams properly, and does not wait for them.
func TestShutdownEndsStreams(t *testing.T) {
	l := streaming(t)
	l.Streams(8, time.Minute, 50*time.Millisecond)
	id := l.order(t)
	clients := []*client{l.open(t, show+"/stream"), l.open(t, show+"/"+id+"/stream")}
	for _, c := range clients {
		c.next("")
	}
	time.Sleep(100 * time.Millisecond) // The time of their last write is over.
	began := time.Now()
	if err := l.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("it took %s", took)
	}
	for _, c := range clients {
		for c.next("") != nil {
			continue
		}
		if err := c.lines.Err(); err != nil {
			t.Errorf("a stream ended with %v", err)
		}
	}
}

// Who does not read is cut off soon, while everybody else is served.
func TestAStreamThatNobodyReads(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Streams(8, 10*time.Second, 3*time.Second) // A busy machine reads in that.
	l := serve(t, s)
	slow := l.dial(t, "")
	if err := tcpOf(slow).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(slow, "GET %s/stream HTTP/1.1\r\nHost: x\r\nX-Request-ID: slow\r\n\r\n", show)
	l.until(t, "it streams", func() bool { return l.Streaming() == 1 })
	fast := l.open(t, show+"/stream")
	began := time.Now()
	count := 0
	for ; len(l.logged(t, "slow")) == 0 && time.Since(began) < patience; count++ {
		l.record(t, large(count))
		if e := fast.next("data"); !strings.Contains(e["data"], "🐁") {
			t.Fatalf("told %v", e)
		}
	}
	if len(l.logged(t, "slow")) == 0 {
		t.Fatal("it is never cut off")
	}
	if line := l.logged(t, "slow")[0]; line["bytes"].(float64) > 64e6 {
		t.Errorf("logged %v", line)
	}
	l.ask(t, "GET", "/health", "").is(t, 200)
	id := l.order(t)
	l.shows(t, fast, id)
}

// record commits an order that is as large as the view.
func (l *listener) record(t *testing.T, v ports.OrderView) {
	t.Helper()
	err := l.store.Append(t.Context(), ports.Stream{ID: v.ID}, ports.Commit{
		OrderID: v.ID, Version: 1, At: noon.UTC(), ID: string(v.ID),
		Events: []order.Event{order.Created{UserID: "ann", Lines: v.Order.Lines}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
