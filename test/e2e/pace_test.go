package e2e_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// dial sends text on a connection of its own. Who is cut off before it has come notices that as
// he reads.
func (p *process) dial(t *testing.T, text string) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp",
		"127.0.0.1:"+strconv.Itoa(p.port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, _ = io.WriteString(c, text)
	return c
}

const listOrders = "GET /queries/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

// The limits as they are: what is steady may be slow, and what stands still ends.
func TestPaces(t *testing.T) {
	p := start(t)
	items := make([]string, 500)
	for i := range items {
		items[i] = fmt.Sprintf(`{"sku":"%s%03d","qty":1,"price":1}`, strings.Repeat("🐁", 125), i)
	}
	long := `{"userId":"u","items":[` + strings.Join(items, ",") + `]}`
	for range 6 { // 1.6 MB in all.
		p.must(t, 201, "POST", "/commands/orders", long)
	}
	for name, law := range map[string]func(*testing.T, *process){
		"a steady reader": steadyReader, "a reader that stops": stoppedReader,
		"a body that stops": stoppedBody(len(slowBody)), "a quiet stream": quietStream,
		"no body": stoppedBody(strings.Index(slowBody, "{")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			law(t, p)
		})
	}
}

func steadyReader(t *testing.T, p *process) {
	began := time.Now()
	n, whole := readAt(p.dial(t, listOrders), 40_000)
	if !whole || time.Since(began) < 30*time.Second {
		t.Errorf("%d bytes in %s", n, time.Since(began))
	}
}

func stoppedReader(t *testing.T, p *process) {
	c := p.dial(t, "")
	if err := c.(*net.TCPConn).SetReadBuffer(32 << 10); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, listOrders)
	const pause = 35 * time.Second // Twice what is granted, and less than a steady reader takes.
	time.Sleep(pause)
	if n, whole := readAt(c, 1e9); whole {
		t.Errorf("it gets all %d bytes after %v", n, pause)
	}
}

// stoppedBody sends so much of slowBody.
func stoppedBody(sent int) func(*testing.T, *process) {
	return func(t *testing.T, p *process) {
		began := time.Now()
		res, err := http.ReadResponse(bufio.NewReader(p.dial(t, slowBody[:sent])), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		took := time.Since(began)
		if res.StatusCode != 408 || took < 4*time.Second {
			t.Errorf("status %d after %s", res.StatusCode, took)
		}
	}
}

func quietStream(t *testing.T, p *process) {
	c := p.dial(t, "GET /queries/orders/stream HTTP/1.1\r\nHost: x\r\n\r\n")
	began := time.Now()
	_ = c.SetReadDeadline(began.Add(patience))
	text, lines := "", bufio.NewScanner(c)
	for strings.Count(text, "still here") < 2 && lines.Scan() {
		text += lines.Text() + "\n"
	}
	took := time.Since(began)
	if strings.Count(text, "still here") < 2 || took < 25*time.Second {
		t.Errorf("in %v it says %s, %v", took, text, lines.Err())
	}
}

// readAt reads an answer at so many bytes a second, and reports whether it came whole.
func readAt(c net.Conn, rate int) (n int64, whole bool) {
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, false
	}
	defer res.Body.Close()
	for began := time.Now(); err == nil; {
		var m int64
		m, err = io.CopyN(io.Discard, res.Body, 4096)
		n += m
		time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(rate))))
	}
	return n, errors.Is(err, io.EOF) && n == res.ContentLength
}
