package http_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"orders/adapters/http"
	"orders/ports"
	"orders/test/leak"
)

// A listener is a service that serves on a port of its own.
type listener struct {
	*service
	url    string
	client *nethttp.Client
	served chan error // What Serve returned.
}

func listen(
	t *testing.T, wrapStore func(ports.EventStore) ports.EventStore,
) *listener {
	t.Helper()
	return listenAs(t, http.Config{Address: "127.0.0.1:0"}, wrapStore)
}

func listenAs(
	t *testing.T, c http.Config, wrapStore func(ports.EventStore) ports.EventStore,
) *listener {
	t.Helper()
	return serve(t, startWith(t, c, wrapStore, nil))
}

// serve listens as the service does.
func serve(t *testing.T, s *service) *listener {
	t.Helper()
	l := &listener{service: s, served: make(chan error, 1)}
	if err := l.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	go func() { l.served <- l.Serve() }()
	l.url = "http://" + l.Addr().String()
	l.client = &nethttp.Client{Transport: &nethttp.Transport{TLSClientConfig: clientTLS(t)}}
	if overTLS(t) {
		l.url = "https://" + l.Addr().String()
	}
	t.Cleanup(func() {
		l.client.CloseIdleConnections()
		if err := l.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return l
}

// call sends a request over the network.
func (l *listener) call(
	t *testing.T, method, path string, body []byte, headers ...string,
) (answer, error) {
	t.Helper()
	req, err := nethttp.NewRequestWithContext(t.Context(), method, l.url+path,
		bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := l.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	return read(t, res), nil
}

// dial opens a connection and sends text.
func (l *listener) dial(t *testing.T, text string) net.Conn {
	t.Helper()
	c := l.dialTCP(t)
	if overTLS(t) {
		c = tls.Client(c, clientTLS(t))
	}
	t.Cleanup(func() { _ = c.Close() })
	if text == "" { // Over TLS an empty text would begin the handshake.
		return c
	}
	if _, err := fmt.Fprint(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

// raw sends request as it stands, which ends the connection.
func (l *listener) raw(t *testing.T, request string) answer {
	t.Helper()
	c := l.dial(t, request)
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("after %q: %v", text, err)
	}
	res, err := nethttp.ReadResponse(bufio.NewReader(bytes.NewReader(text)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, res)
}

// A client sees why it was refused even while it is still sending.
func TestRefusalsArrive(t *testing.T) {
	l := listen(t, nil)
	for range 10 {
		for _, size := range []int{1<<20 + 1, 4 << 20} {
			body := append([]byte(mouse), bytes.Repeat([]byte(" "), size-len(mouse))...)
			a, err := l.call(t, "POST", place, body)
			if err != nil {
				t.Fatalf("%d bytes: %v", size, err)
			}
			a.is(t, 413)
			a.header(t, "Content-Type", "application/problem+json")
			a.has(t, `"status":413,`, `"code":"body-too-large"`, `"instance":"/commands/orders"`)
		}
	}
	if line := l.log.requests(t)[0]; line["path"] != place || line["status"] != 413.0 {
		t.Errorf("logged %v", line)
	}
}

func TestUnreadableRequests(t *testing.T) {
	l := listen(t, nil)
	for _, tt := range []struct {
		request, code string
		status        int
	}{
		{
			"GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 9000) + "\r\n\r\n",
			"headers-too-large", 431,
		},
		{"GET /" + strings.Repeat("x", 9000) + " HTTP/1.1\r\n\r\n", "headers-too-large", 431},
		{"NONSENSE\r\n\r\n", "bad-request", 400},
		{
			"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
			"bad-request", 400,
		},
	} {
		a := l.raw(t, tt.request)
		a.is(t, tt.status)
		a.header(t, "Content-Type", "application/problem+json")
		a.has(t, `"code":"`+tt.code+`"`)
		if a.Header.Get("X-Request-ID") == "" {
			t.Error("no X-Request-ID")
		}
	}
	a := l.raw(t, "GET "+show+"/%zz\xff HTTP/1.0\r\n\r\n")
	a.is(t, 404)
	a.has(t, `"instance":"/queries/orders/%25zz%FF"`)
	log := l.log.requests(t)
	if len(log) != 5 {
		t.Fatalf("%d lines in the log, want 5", len(log))
	}
	for n, meant := range []string{" ", " ", " ", "POST /"} { // As far as it was told.
		if got := fmt.Sprint(log[n]["method"], " ", log[n]["path"]); got != meant {
			t.Errorf("logged %v, want %s", log[n], meant)
		}
	}
}

// Fiber reuses the memory of a request's strings. What is kept of one request must not change
// with the next.
func TestNothingKeptIsOverwritten(t *testing.T) {
	l := listen(t, nil)
	const trace = "00-4bf92f3577b34da6a3ce929d0e0e%04d-00f067aa0ba902b7-01"
	ids := make([]string, 200)
	for n := range ids { // On one connection, so that the memory is the same.
		a, err := l.call(t, "POST", place, []byte(mouse), "Idempotency-Key",
			fmt.Sprintf("key-%04d", n), "X-Request-ID", fmt.Sprintf("req-%04d", n),
			"Traceparent", fmt.Sprintf(trace, n), "Prefer", "respond-async")
		if err != nil {
			t.Fatal(err)
		}
		ids[n] = a.id()
		a, err = l.call(t, "POST", place+"/"+ids[n]+"/confirm", nil)
		if err != nil {
			t.Fatal(err)
		}
		a.is(t, 200)
	}
	for n, id := range ids {
		commits := l.commits(t, id)
		if len(commits) != 2 || string(commits[1].OrderID) != id {
			t.Fatalf("order %s has %v", id, commits)
		}
		c := commits[0]
		got := fmt.Sprint(c.Key, c.RequestID, c.Traceparent)
		want := fmt.Sprintf("key-%04dreq-%04d"+trace, n, n, n)
		if got != want {
			t.Errorf("kept %s, want %s", got, want)
		}
	}
}

func TestATakenPortIsSaid(t *testing.T) {
	l := listen(t, nil)
	second := startWith(t, http.Config{Address: l.Addr().String()}, nil, nil)
	err := second.Listen(t.Context())
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()+" is in use") {
		t.Errorf("error %v", err)
	}
}

func TestMain(m *testing.M) {
	leak.Main(m,
		// fasthttp's clock runs for as long as the program.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}
