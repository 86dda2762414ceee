package http_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports/budget"
)

// bounded is a service of a small budget that listens.
func bounded(t *testing.T, all *budget.Budget) *listener {
	t.Helper()
	s := startAs(t, http.Config{Address: "127.0.0.1:0"}, func(p *http.Parts) { p.Budget = all })
	return serve(t, s)
}

// roomy fails unless so many bytes are left for another account at once.
func roomy(t *testing.T, all *budget.Budget, bytes int) {
	t.Helper()
	_, other := all.Open(t.Context())
	defer other.Close()
	if !other.TryTake(bytes) {
		t.Errorf("%d bytes are used, and %d are refused", all.Used(), bytes)
	}
}

// Clients that send their bodies slowly leave room for everything else.
func TestBodiesLeaveRoomForAnswers(t *testing.T) {
	all := budget.New(8 << 20)
	l := bounded(t, all)
	for range 20 {
		l.dial(t, post+"Content-Length: 1000000\r\n\r\n"+strings.Repeat(" ", 560_000))
	}
	l.until(t, "bodies are held", func() bool { return all.Used() > 1<<20 })
	roomy(t, all, 4<<20)
	time.Sleep(2500 * time.Millisecond) // Longer than anybody waits.
	roomy(t, all, 4<<20)
	if a, err := l.call(t, "POST", place, []byte(mouse)); err != nil || a.StatusCode != 201 {
		t.Errorf("a small body: %d, %v", a.StatusCode, err)
	}
}

// A stream that finds no room for its beginning is not opened.
func TestAStreamWithoutRoomIsRefused(t *testing.T) {
	all := budget.New(8 << 20)
	l := bounded(t, all)
	view := large(1)
	l.record(t, view)
	_, other := all.Open(t.Context())
	if !other.TryTake(8 << 20) {
		t.Fatal("it is not empty")
	}
	a := l.ask(t, "GET", show+"/"+string(view.ID)+"/stream", "")
	a.is(t, 503)
	a.has(t, `"code":"bytes-in-flight"`)
	l.until(t, "it is left", func() bool { return l.Streaming() == 0 })
	if other.Close(); all.Used() != 0 {
		t.Errorf("%d bytes are held", all.Used())
	}
}

// So do streams that nobody reads, of which those that find no room end.
func TestStreamsLeaveRoomForAnswers(t *testing.T) {
	all := budget.New(8 << 20)
	l := bounded(t, all)
	const many = 60
	for range many {
		c := l.dial(t, "")
		if err := tcpOf(c).SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET %s/stream HTTP/1.1\r\nHost: x\r\n\r\n", show)
	}
	l.until(t, "all stream", func() bool { return l.Streaming() == many })
	for n := range 20 {
		l.record(t, large(n))
		roomy(t, all, 4<<20)
	}
	l.until(t, "some end", func() bool { return l.Streaming() < many })
	roomy(t, all, 4<<20)
}
