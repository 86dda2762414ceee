package http_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/http"
)

// limited serves with so few connections, and refuses so many more at once.
func limited(t *testing.T, most, refuse int) *listener {
	t.Helper()
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Limit(most, refuse)
	return serve(t, s)
}

const ask = "GET /health HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\n\r\n"

// settle waits until what was just sent has come to rest.
func settle() { time.Sleep(150 * time.Millisecond) }

// Idle connections make room, those that have been idle for longest first.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	l := limited(t, 20, 4)
	kept := l.dial(t, ask)
	answers(t, kept, 1)
	for range 9 {
		l.dial(t, "") // Never says anything.
	}
	settle()
	var young []net.Conn
	for range 10 {
		c := l.dial(t, ask)
		answers(t, c, 1)[0].is(t, 200)
		young = append(young, c)
	}
	settle()
	for range 10 {
		c := l.dial(t, ask)
		answers(t, c, 1)[0].is(t, 200)
	}
	hangsUp(t, kept)
	if n := l.Conns(); n > 20 {
		t.Errorf("%d connections are open", n)
	}
	last := young[len(young)-1]
	if _, err := io.WriteString(last, ask); err != nil {
		t.Fatal(err)
	}
	answers(t, last, 1)[0].is(t, 200)
}

// So do those that send too slowly; they are told.
func TestSlowSendersMakeRoom(t *testing.T) {
	l := leisurely(t, 8, 4)
	var slow []net.Conn
	for range 4 {
		slow = append(slow, l.dial(t, post+"Content-Length: 1048000\r\n\r\n{"),
			l.dial(t, "GET /health HTTP/1.1\r\nHost:"))
	}
	var told atomic.Int32
	for _, c := range slow {
		go func() {
			if text, _ := io.ReadAll(c); strings.Contains(string(text), " 408 ") {
				told.Add(1)
			}
		}()
	}
	l.makesRoom(t)
	l.until(t, "somebody is told", func() bool { return told.Load() > 0 })
}

// A head that has stopped is slow, however much of it came at once.
func TestHeadsThatStopMakeRoom(t *testing.T) {
	l, began := leisurely(t, 8, 4), time.Now()
	for range 8 {
		l.dial(t, halfHead)
	}
	settle()
	a := answers(t, l.dial(t, ask), 1)[0]
	if time.Since(began) < slowLeast { // Else they may have stopped for long enough.
		a.is(t, 503)
	}
	l.makesRoom(t)
}

// A body that was fast so far may stop for a moment.
func TestBodiesThatPauseStay(t *testing.T) {
	l, asked := begun(t, 4)
	c := l.dial(t, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", posted, 8000+len(mouse),
		strings.Repeat(" ", 8000)))
	l.until(t, "it has begun", func() bool { return asked.Load() == 1 })
	time.Sleep(1300 * time.Millisecond)
	answers(t, l.dial(t, ask), 1)[0].is(t, 503)
	if _, err := io.WriteString(c, mouse); err != nil {
		t.Fatal(err)
	}
	answers(t, c, 1)[0].is(t, 201)
}

// slowLeast is how long who sends nothing does not count as slow.
const slowLeast = time.Second

var halfHead = "GET /health HTTP/1.1\r\nHost: x\r\nX-More: " + strings.Repeat("m", 6000)

// Streams and requests under way do not make room. Whoever comes then is told to come again.
func TestBusyConnectionsStay(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Limit(4, 2)
	s.Streams(8, 50*time.Millisecond, time.Second)
	l := serve(t, s)
	streams := make([]*client, 4)
	for i := range streams {
		streams[i] = l.open(t, show+"/stream")
		streams[i].next("")
	}
	settle()
	c := l.dial(t, "GET /queries/orders?limit=1 HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\n\r\n")
	a := answers(t, c, 1)[0]
	a.is(t, 503)
	a.header(t, "Content-Type", "application/problem+json")
	a.header(t, "Retry-After", "1")
	a.header(t, "X-Request-ID", "mine")
	a.has(t, `"code":"too-many-connections"`, `"instance":"/queries/orders"`)
	hangsUp(t, c)
	l.until(t, "it is logged", func() bool { return len(l.logged(t, "mine")) == 1 })
	if line := l.logged(t, "mine")[0]; line["status"] != 503.0 ||
		line["level"] != "WARN" || line["error"] != "too many connections" {
		t.Errorf("logged %v", line)
	}
	body := strings.Repeat(" ", 1<<20)
	c = l.dial(t, "")
	go func() { _, _ = io.WriteString(c, post+"Content-Length: 1048576\r\n\r\n"+body) }()
	answers(t, c, 1)[0].is(t, 503)
	streams[0].close()
	l.makesRoom(t)
}

// A request that came with the one before it is no idle connection either. It is none of a slow
// client as long as it is young.
func TestAPipelinedRequestIsNotIdle(t *testing.T) {
	head := fmt.Sprintf("%sContent-Length: %d\r\n\r\n", posted, len(mouse))
	for tried := time.Now(); time.Since(tried) < patience; {
		l, asked := begun(t, 1)
		began := time.Now()
		c := l.dial(t, ask+head+mouse[:20])
		l.until(t, "the second one has begun", func() bool { return asked.Load() == 1 })
		settle() // An idle one counts as idle by then.
		other := answers(t, l.dial(t, ask), 1)[0]
		if time.Since(began) >= slowLeast {
			continue // It may count as slow.
		}
		other.is(t, 503)
		if _, err := io.WriteString(c, mouse[20:]); err != nil {
			t.Fatal(err)
		}
		all := answers(t, c, 2)
		all[0].is(t, 200)
		all[1].is(t, 201)
		return
	}
	t.Error("no try was in time")
}

// In a flood, who cannot be asked what he wants is told all the same, and counted.
func TestAFloodIsRefused(t *testing.T) {
	l := limited(t, 1, 1)
	busy := l.open(t, show+"/stream")
	busy.next("")
	l.dial(t, "") // Takes the one place where requests are read to be refused.
	settle()
	for range 3 {
		c := l.dial(t, "")
		a := answers(t, c, 1)[0]
		a.is(t, 503)
		a.header(t, "Content-Type", "application/problem+json")
		a.header(t, "Retry-After", "1")
		a.has(t, `"code":"too-many-connections"`)
		if len(a.Header.Get("X-Request-ID")) < 20 || !a.Close {
			t.Errorf("headers %v", a.Header)
		}
		hangsUp(t, c)
	}
	l.log.mu.Lock()
	defer l.log.mu.Unlock()
	if n := strings.Count(string(l.log.text), "Connections were refused"); n != 1 {
		t.Errorf("told %d times: %s", n, l.log.text)
	}
}

func TestTooFewFilesAreRefused(t *testing.T) {
	if err := http.CheckFiles(32); err != nil {
		t.Error(err)
	}
	if err := http.CheckFiles(31); err == nil || !strings.Contains(err.Error(), "ulimit -n") {
		t.Errorf("error %v", err)
	}
}

func TestConnectionsLeaveFilesForOtherThings(t *testing.T) {
	for _, tt := range []struct {
		files         uint64
		serve, refuse int
	}{{64, 32, 4}, {256, 128, 16}, {1024, 512, 64}, {1 << 20, 2048, 64}, {3, 2, 1}} {
		if serve, refuse := http.ConnsFor(tt.files); serve != tt.serve || refuse != tt.refuse {
			t.Errorf("%d files: %d and %d, want %d and %d", tt.files, serve, refuse,
				tt.serve, tt.refuse)
		}
	}
}
