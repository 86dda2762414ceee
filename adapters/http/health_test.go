package http_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

func TestHealth(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/health", "/livez"} {
		a := s.ask(t, "GET", path, "")
		a.is(t, 200)
		if a.text != `{"ok":true}` {
			t.Errorf("%s answers %s", path, a.text)
		}
	}
}

// waking is a thing that the service needs, and that can be missing.
type waking struct {
	asked atomic.Int32
	err   atomic.Pointer[error]
}

func (w *waking) check(name string) ports.Check {
	return ports.Check{Name: name, Ready: func(context.Context) error {
		w.asked.Add(1)
		if err := w.err.Load(); err != nil {
			return *err
		}
		return nil
	}}
}

func TestReadiness(t *testing.T) {
	store, queue := &waking{}, &waking{}
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Checks = []ports.Check{store.check("store"), queue.check("queue")}
	})
	a := s.ask(t, "GET", "/readyz", "")
	a.is(t, 503)
	a.header(t, "Content-Type", "application/problem+json")
	a.header(t, "Retry-After", "1")
	a.has(t, `"code":"not-ready"`, `"detail":"these checks fail: started"`,
		`"checks":[{"name":"started","ok":false},{"name":"not-stopping","ok":true},`+
			`{"name":"store","ok":true},{"name":"queue","ok":true}]`)

	s.Started()
	a = s.ask(t, "GET", "/readyz", "")
	a.is(t, 200)
	a.has(t, `{"ok":true,"checks":[{"name":"started","ok":true},{"name":"not-stopping",`+
		`"ok":true},{"name":"store","ok":true},{"name":"queue","ok":true}]}`)

	secret := errors.New("the secret host is gone")
	store.err.Store(&secret)
	for began := time.Now(); a.StatusCode == 200; a = s.ask(t, "GET", "/readyz", "") {
		if time.Since(began) > patience {
			t.Fatal("what was found is never forgotten")
		}
	}
	a.has(t, `"detail":"these checks fail: store"`, `{"name":"store","ok":false}`,
		`{"name":"queue","ok":true}`)
	if strings.Contains(a.text, "secret") {
		t.Errorf("the answer tells %s", a.text)
	}
	log := s.log.all(t)
	last := log[len(log)-1]
	cause, _ := last["error"].(string)
	if last["checks"] != "store" || !strings.Contains(cause, "check store: the secret") {
		t.Errorf("logged %v", last)
	}
	s.ask(t, "GET", "/livez", "").is(t, 200)
}

// However often they probe, what is needed is asked about twice a second.
func TestProbesAreNoLoad(t *testing.T) {
	store := &waking{}
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Checks = []ports.Check{store.check("store")}
	})
	s.Started()
	began := time.Now()
	var probes sync.WaitGroup
	for range 50 {
		probes.Go(func() { s.ask(t, "GET", "/readyz", "").is(t, 200) })
	}
	probes.Wait()
	if most := 1 + int32(time.Since(began)/(500*time.Millisecond)); store.asked.Load() > most {
		t.Errorf("asked %d times, want at most %d", store.asked.Load(), most)
	}
}

// Checks that do not answer fail, and hold nobody up, not even each other.
func TestChecksThatHang(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	hangs := func(context.Context) error {
		<-release
		return nil
	}
	const many = 20
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Checks = slices.Repeat([]ports.Check{{Name: "one", Ready: hangs}}, many)
	})
	s.Started()
	began := time.Now()
	all := strings.Repeat("one, ", many-1) + "one"
	s.ask(t, "GET", "/readyz", "").has(t, `"detail":"these checks fail: `+all+`"`)
	if took := time.Since(began); took > many*time.Second/2 { // One alone takes a second.
		t.Errorf("it took %s", took)
	}
}

func TestLagAndReadiness(t *testing.T) {
	for _, tt := range []struct {
		most time.Duration
		all  ports.Projections
		want string
	}{
		{0, behind, ""},
		{2 * time.Minute, behind, ""},
		{time.Minute, nil, ""},
		{90 * time.Second, behind, "lag"},
		{time.Minute, unknown{errors.New("secret")}, "lag"},
	} {
		s := startAs(t, http.Config{MaxLag: tt.most}, func(p *http.Parts) {
			p.Projections = tt.all
		})
		s.Started()
		a := s.ask(t, "GET", "/readyz", "")
		if (a.StatusCode == 200) != (tt.want == "") {
			t.Errorf("at most %s: %s", tt.most, a.text)
		}
		if tt.want != "" {
			a.has(t, `"detail":"these checks fail: `+tt.want+`"`)
		}
	}
}

// While it drains, a service says that it is not ready and goes on serving, new connections too.
func TestDraining(t *testing.T) {
	c := http.Config{Address: "127.0.0.1:0", DrainDelay: 4 * time.Second}
	l := listenAs(t, c, nil)
	l.Started()
	began := time.Now()
	stopped := make(chan error, 1)
	go func() { stopped <- l.Shutdown(t.Context()) }()
	for {
		a := l.raw(t, "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if a.StatusCode == 503 {
			a.has(t, `"detail":"these checks fail: not-stopping"`)
			break
		}
	}
	created, err := l.call(t, "POST", place, []byte(mouse))
	if err != nil {
		t.Fatal(err)
	}
	created.is(t, 201)
	if !created.Close { // Else the next request might arrive as the connection is closed.
		t.Error("a client is not told to use another connection, which leads to another process")
	}
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < c.DrainDelay || took > 10*c.DrainDelay {
		t.Errorf("the shutdown took %s", took)
	}
	if _, err := l.call(t, "GET", "/health", nil); err == nil {
		t.Error("it serves on")
	}
}
