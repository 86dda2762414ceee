package http_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"testing"
	"time"

	"orders/adapters/http"
)

// slowly dials with a small receive buffer, so that the server sees how its answer is taken.
func (l *listener) slowly(t *testing.T, request string) net.Conn {
	t.Helper()
	c := l.dial(t, "")
	if err := tcpOf(c).SetReadBuffer(32 << 10); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, request)
	return c
}

const askAll = "GET " + show + "?limit=250 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

// pacing serves some megabytes, with a short time in which they may stand still.
func pacing(t *testing.T, window time.Duration) *listener {
	t.Helper()
	s := startWith(t, http.Config{Address: "127.0.0.1:0", Timeout: time.Second}, nil, nil)
	s.WriteWindow(window)
	l := serve(t, s)
	for n := range 8 {
		l.save(t, large(n))
	}
	return l
}

// A client that reads slowly gets all, however long it takes in all.
func TestASlowReaderGetsItAll(t *testing.T) {
	l := pacing(t, 500*time.Millisecond)
	err := l.sip(t)
	for n := 1; err != nil && n < steadyTries; n++ {
		t.Log(err)
		err = l.sip(t)
	}
	if err != nil {
		t.Error(err)
	}
}

// sip reads an answer slowly, and reports if it is not whole.
func (l *listener) sip(t *testing.T) error {
	t.Helper()
	c := l.slowly(t, askAll)
	sips := bufio.NewReaderSize(&sipping{c, 16 << 10, 20 * time.Millisecond}, 64<<10)
	res, err := nethttp.ReadResponse(sips, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	began := time.Now()
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil || n != res.ContentLength || n < 2e6 {
		return fmt.Errorf("%d bytes of %d: %w", n, res.ContentLength, err)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("it took only %s, which shows nothing", took)
	}
	return nil
}

// sipping reads little at a time.
type sipping struct {
	net.Conn
	most int
	rest time.Duration
}

func (s *sipping) Read(p []byte) (int, error) {
	time.Sleep(s.rest)
	return s.Conn.Read(p[:min(len(p), s.most)])
}

// One that stops is cut off soon, and so is one that is slower than it may be.
func TestAReaderThatStops(t *testing.T) {
	for _, rest := range []time.Duration{0, 100 * time.Millisecond} {
		l := pacing(t, 300*time.Millisecond)
		c := l.slowly(t, askAll)
		l.until(t, "it is served", func() bool {
			return l.Conns() == 1 || len(l.log.requests(t)) > 0
		})
		if rest > 0 {
			go func() { _, _ = io.Copy(io.Discard, &sipping{c, 256, rest}) }()
		}
		began := time.Now()
		l.until(t, "it is cut off", func() bool { return l.Conns() == 0 })
		if took := time.Since(began); took > soon {
			t.Errorf("it took %s", took)
		}
		if rest == 0 {
			if n, err := io.Copy(io.Discard, c); err == nil || n > 1e6 {
				t.Errorf("it gets %d bytes more: %v", n, err)
			}
		}
	}
}
