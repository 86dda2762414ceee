package http_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
)

// A body must keep coming, however it comes.
func TestBodiesThatDoNotArrive(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Slow(300 * time.Millisecond)
	l := serve(t, s)
	for name, body := range map[string]string{
		"nothing of it":  "Content-Length: 100\r\n\r\n",
		"a part":         "Content-Length: 1048000\r\n\r\n{\"userId\":\"u",
		"a large part":   "Content-Length: 1048000\r\n\r\n" + strings.Repeat(" ", 500_000),
		"no chunk":       "Transfer-Encoding: chunked\r\n\r\n",
		"half a chunk":   "Transfer-Encoding: chunked\r\n\r\n10\r\nabc",
		"no last chunk":  "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		"half a size":    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1",
		"half a trailer": "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			c := l.dial(t, post+"X-Request-ID: mine\r\n"+body)
			a := answers(t, c, 1)[0]
			a.is(t, 408)
			a.has(t, `"code":"request-timeout"`)
			a.header(t, "Content-Type", "application/problem+json")
			if took := time.Since(began); took > soon {
				t.Errorf("it took %s", took)
			}
			if !a.Close {
				t.Error("the connection is kept")
			}
		})
	}
}

// trickle writes text in pieces, until it is written or the connection ends.
func trickle(c net.Conn, text string, piece int, every time.Duration) {
	for len(text) > 0 {
		n, err := io.WriteString(c, text[:min(piece, len(text))])
		if text = text[n:]; err != nil {
			return
		}
		time.Sleep(every)
	}
}

// A client that is too slow is told so wherever in the framing of its body it stopped.
func TestABodyThatStandsStillIsLate(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Slow(300 * time.Millisecond)
	l := serve(t, s)
	const whole = "2;a=b\r\n  \r\n2\r\n"
	var stopped []net.Conn
	for n := range len(whole) {
		stopped = append(stopped, l.dial(t, post+inChunks+whole[:n]))
	}
	for n, c := range stopped {
		if a := answers(t, c, 1)[0]; a.StatusCode != 408 {
			t.Errorf("after %q: %d %s", whole[:n], a.StatusCode, a.text)
		}
	}
}

func TestASlowBodyNeedsToBeSteady(t *testing.T) {
	c := http.Config{Address: "127.0.0.1:0", Timeout: 100 * time.Millisecond}
	s := startWith(t, c, nil, nil)
	s.Slow(300 * time.Millisecond) // Of 1 KiB/s: 300 bytes.
	l := serve(t, s)
	body := mouse + strings.Repeat(" ", 4000-len(mouse))
	for _, form := range []string{
		"Content-Length: 4000\r\n\r\n" + body,
		"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 50) + "0\r\n\r\n",
	} {
		served(t, 201, func() answer {
			c := l.dial(t, post)
			go trickle(c, form, 100, 25*time.Millisecond) // 4 000 bytes a second.
			return answers(t, c, 1)[0]
		})
		c := l.dial(t, post)
		go trickle(c, form, 5, 25*time.Millisecond) // 200 bytes a second.
		answers(t, c, 1)[0].is(t, 408)
	}
}

// The head has a time of its own, however steadily it comes.
func TestHeadsThatDoNotArrive(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Slow(300 * time.Millisecond)
	l := serve(t, s)
	for _, before := range []string{"", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"} {
		began := time.Now()
		head := "GET /health HTTP/1.1\r\nX: " + strings.Repeat("x", 4000)
		c := l.dial(t, before+head[:1])
		go trickle(c, head[1:], 1, 5*time.Millisecond)
		n := 1
		if before != "" {
			n = 2
		}
		answers(t, c, n)[n-1].is(t, 408)
		if took := time.Since(began); took > 15*time.Second { // The head takes 20 s.
			t.Errorf("it took %s", took)
		}
	}
}

// steadyTries is how often a client tries to be steady: one that stands still with its machine is
// rightly cut off.
const steadyTries = 5

// served wants one of some tries to be answered with a status.
func served(t *testing.T, status int, try func() answer) {
	t.Helper()
	a := try()
	for n := 1; a.StatusCode != status && n < steadyTries; n++ {
		t.Logf("status %d: %s", a.StatusCode, a.text)
		a = try()
	}
	a.is(t, status)
}

// A new connection may wait longer before it says anything than in the middle of it.
func TestANewConnectionMayWait(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Slow(300 * time.Millisecond)
	l := serve(t, s)
	served(t, 200, func() answer {
		c := l.dial(t, "")
		time.Sleep(600 * time.Millisecond)
		fmt.Fprint(c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
		return answers(t, c, 1)[0]
	})
	a := l.raw(t, "")
	a.is(t, 408)
}
