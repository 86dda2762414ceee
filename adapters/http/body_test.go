package http_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports/budget"
)

// post is the head of a request to create an order.
const post = "POST " + place + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

const inChunks = "Transfer-Encoding: chunked\r\n\r\n"

// chunked spells text as a body in chunks of n bytes, without its end.
func chunked(text string, n int) string {
	var b strings.Builder
	for len(text) > 0 {
		part := text[:min(n, len(text))]
		text = text[len(part):]
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part)
	}
	return b.String()
}

// patience is how long a test waits for what must happen, and soon is less than a server waits for
// its clients: both leave room for a machine that is busy with other things.
const patience, soon = time.Minute, 9 * time.Second

// answers reads n answers from a connection.
func answers(t *testing.T, c net.Conn, n int) (all []answer) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	for range n {
		res, err := nethttp.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("after %d answers: %v", len(all), err)
		}
		all = append(all, read(t, res))
	}
	return all
}

// hangsUp wants the connection to end, and nothing more to be sent.
func hangsUp(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if rest, err := io.ReadAll(c); err != nil || len(rest) > 0 {
		t.Errorf("then came %q, %v", rest, err)
	}
}

// Whatever a body is like, the request behind it is read as what it is.
func TestBodiesOfAllKinds(t *testing.T) {
	l := listen(t, nil)
	long := mouse + strings.Repeat(" ", 1<<20-len(mouse))
	for name, body := range map[string]string{
		"length":          fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(mouse), mouse),
		"the longest":     fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(long), long),
		"chunks":          inChunks + chunked(mouse, 7) + "0\r\n\r\n",
		"one chunk":       inChunks + chunked(long, 1<<20) + "0\r\n\r\n",
		"many chunks":     inChunks + chunked(long, 999) + "0\r\n\r\n",
		"chunks, trailer": inChunks + chunked(mouse, 7) + "0\r\nX-A: b\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := l.dial(t, post+body+"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
			all := answers(t, c, 2)
			all[0].is(t, 201)
			all[1].is(t, 200)
		})
	}
	t.Run("where nobody wants it", func(t *testing.T) {
		c := l.dial(t, "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"+
			"BREW /nothing HTTP/1.1\r\nHost: x\r\n"+inChunks+"4\r\nabcd\r\n0\r\n\r\n"+
			"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
		all := answers(t, c, 3)
		all[0].is(t, 200)
		all[1].is(t, 404)
		all[2].is(t, 200)
	})
}

// A body that is too large is refused as soon as that is known.
func TestBodiesThatAreTooLarge(t *testing.T) {
	l := listen(t, nil)
	tooLong := strings.Repeat(" ", 1<<20+1)
	for name, body := range map[string]string{
		"announced":         "Content-Length: 1048577\r\n\r\n",
		"announced, begun":  "Content-Length: 99999999\r\n\r\n{",
		"announced, waits":  "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
		"in chunks":         inChunks + chunked(tooLong, 5000),
		"in a chunk":        inChunks + "fffffff\r\n" + tooLong,
		"more than a chunk": inChunks + "fffffff\r\n" + tooLong + tooLong,
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			c := l.dial(t, "")
			go func() { _, _ = io.WriteString(c, post+body) }()
			a := answers(t, c, 1)[0]
			a.is(t, 413)
			a.has(t, `"code":"body-too-large"`, `"instance":"/commands/orders"`)
			if !a.Close || time.Since(began) > soon {
				t.Errorf("close is %t after %s", a.Close, time.Since(began))
			}
		})
	}
}

func TestAClientThatWaitsToBeAskedForItsBody(t *testing.T) {
	l := listen(t, nil)
	c := l.dial(t, fmt.Sprintf("%sExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", post,
		len(mouse)))
	answers(t, c, 1)[0].is(t, 100)
	if _, err := io.WriteString(c, mouse+"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	all := answers(t, c, 2)
	all[0].is(t, 201)
	all[1].is(t, 200)
}

// What is announced takes no memory, only what arrives.
func TestAnAnnouncedBodyTakesNoMemory(t *testing.T) {
	l := listen(t, nil)
	const many = 200
	before := heap()
	for range many {
		l.dial(t, post+"Content-Length: 1048000\r\n\r\n{\"userId\":\"u")
	}
	l.until(t, "all have come", func() bool { return l.Conns() >= many })
	time.Sleep(100 * time.Millisecond)
	if grown := heap() - before; grown > many*128<<10 {
		t.Errorf("%d bytes were taken for each", grown/many)
	}
}

// An answer that was sent is not kept with its connection.
func TestIdleConnectionsHoldNoAnswers(t *testing.T) {
	l := listen(t, nil)
	l.save(t, large(1))
	path := show + "/" + string(large(1).ID)
	const many = 100
	before := heap()
	for range many {
		c := l.dial(t, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		if a := answers(t, c, 1)[0]; len(a.text) < 250_000 {
			t.Fatalf("%d bytes are too few to see", len(a.text))
		}
	}
	if grown := heap() - before; grown > many*64<<10 {
		t.Errorf("%d bytes are held for each", grown/many)
	}
}

func heap() int64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// Bodies are held only as far as the budget goes.
func TestBodiesBeyondTheBudget(t *testing.T) {
	all := budget.New(64 << 20)
	s := startAs(t, http.Config{Address: "127.0.0.1:0"}, func(p *http.Parts) { p.Budget = all })
	l := serve(t, s)
	const most = 1 << 20
	var held []net.Conn
	for range 40 {
		held = append(held, l.dial(t, post+"Content-Length: 1048576\r\n\r\n"+
			strings.Repeat(" ", most-10)))
	}
	time.Sleep(3 * time.Second) // Longer than anybody waits for the budget.
	refused := 0
	for _, c := range held {
		_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if res, err := nethttp.ReadResponse(bufio.NewReader(c), nil); err == nil {
			a := read(t, res)
			a.is(t, 503)
			a.has(t, `"code":"bytes-in-flight"`)
			a.header(t, "Retry-After", "1")
			refused++
		}
	}
	if refused < 10 || refused > 38 {
		t.Errorf("%d of 40 were refused", refused)
	}
	if a, err := l.call(t, "POST", place, []byte(mouse)); err != nil || a.StatusCode != 201 {
		t.Errorf("a small body: %d, %v", a.StatusCode, err)
	}
	for _, c := range held {
		_ = c.Close()
	}
	l.until(t, "all is given back", func() bool { return all.Used() == 0 })
}
