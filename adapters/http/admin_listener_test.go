package http_test

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
)

// watched is a service with an admin listener, that is set up further before it listens.
func watched(
	t *testing.T, c http.Config, setUp func(*service),
) (*listener, *http.AdminListener) {
	t.Helper()
	c.Address, c.AdminAddress = "127.0.0.1:0", "127.0.0.1:0"
	if overTLS(t) {
		c.AdminTLS = serverTLS(t)
	}
	s := startWith(t, c, nil, nil)
	s.Started()
	setUp(s)
	a := http.NewAdminListener(c, slog.New(slog.NewJSONHandler(s.log, nil)))
	if err := a.Serve(t.Context(), s.Server); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return serve(t, s), a
}

// dial opens a connection to the admin listener.
func dial(t *testing.T, a *http.AdminListener) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", a.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if overTLS(t) {
		return tls.Client(c, clientTLS(t))
	}
	return c
}

// get asks the admin listener on a connection of its own.
func get(t *testing.T, a *http.AdminListener, path string) answer {
	t.Helper()
	c := dial(t, a)
	defer c.Close()
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
	return answers(t, c, 1)[0]
}

func TestTheAdminListenerReadsRequestsAsAProxyDoes(t *testing.T) {
	_, a := watched(t, http.Config{}, func(*service) {})
	c := dial(t, a)
	fmt.Fprint(c, "GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"+
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
	answers(t, c, 1)[0].is(t, 400)
	if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("the connection stays open")
	}
}

func TestTheAdminListenerAnswersForTheService(t *testing.T) {
	l, a := watched(t, http.Config{}, func(*service) {})
	for path, status := range map[string]int{
		"/livez": 200, "/readyz": 200, "/health": 200, "/admin/projections": 404,
		"/queries/orders": 404, "/docs": 404, "/": 404,
	} {
		answer := get(t, a, path)
		answer.is(t, status)
		if answer.Header.Get("X-Request-ID") == "" {
			t.Errorf("%s: no X-Request-ID", path)
		}
		if status == 404 {
			answer.header(t, "Content-Type", "application/problem+json")
			answer.has(t, `"instance":"`+path+`"`)
		}
	}
	if n := len(l.log.requests(t)); n != 4 { // Those of the probes are at the level debug.
		t.Errorf("%d lines are logged", n)
	}
}

// However many clients there are, probes are answered.
func TestProbesAreAnsweredInACrowd(t *testing.T) {
	l, a := watched(t, http.Config{}, func(s *service) {
		s.Limit(2, 1)
		s.Streams(2, time.Minute, time.Second)
	})
	for range 2 {
		l.open(t, show+"/stream").next("")
	}
	for range 20 {
		l.dial(t, ask)
	}
	for range 200 { // Nor do those keep others out who hold on to the admin port.
		dial(t, a)
	}
	settle()
	get(t, a, "/livez").is(t, 200)
	get(t, a, "/readyz").is(t, 200)
}

// Nor those who send half a request. Until they count as slow, others are told that it is full.
func TestProbesAreAnsweredBesideHalfRequests(t *testing.T) {
	l, a := watched(t, http.Config{}, func(*service) {})
	began := time.Now()
	for range 64 {
		fmt.Fprint(dial(t, a), halfHead)
	}
	settle()
	full := answers(t, dial(t, a), 1)[0]
	if time.Since(began) < slowLeast { // Else they may count as slow already.
		full.is(t, 503)
		full.header(t, "Content-Type", "application/problem+json")
		full.has(t, `"code":"too-many-connections"`)
		l.until(t, "it is logged", func() bool { return l.log.holds("Connections were refused") })
	}
	time.Sleep(1200 * time.Millisecond)
	get(t, a, "/livez").is(t, 200)
}

// It says how a shutdown goes until all else has ended.
func TestTheAdminListenerStopsLast(t *testing.T) {
	l, a := watched(t, http.Config{DrainDelay: 300 * time.Millisecond}, func(*service) {})
	ended := make(chan error, 1)
	go func() { ended <- l.Shutdown(t.Context()) }()
	l.until(t, "it is not ready", func() bool { return get(t, a, "/readyz").StatusCode == 503 })
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	get(t, a, "/livez").is(t, 200)
	get(t, a, "/readyz").is(t, 503)
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", a.Addr().String())
	if err == nil {
		_ = c.Close()
		t.Error("it listens after its end")
	}
}

func TestATakenAdminPortFailsTheStart(t *testing.T) {
	l := listen(t, nil)
	var s *http.Server
	c := http.Config{Address: "127.0.0.1:0", AdminAddress: l.Addr().String()}
	app := applicationAs(c, &lines{}, &s, http.AdminModule)
	err := app.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is in use by another program") {
		t.Errorf("error %v", err)
	}
	c.AdminAddress = "127.0.0.1:0"
	app = applicationAs(c, &lines{}, &s, http.AdminModule)
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := app.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
