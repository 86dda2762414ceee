package http_test

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// metricsText is what a scrape is answered with.
const metricsText = "# HELP x X.\n# TYPE x gauge\nx 1\n"

func shownMetrics(accept string) (string, []byte, error) {
	return cmp.Or(accept, "text/plain; version=0.0.4"), []byte(metricsText), nil
}

// Who sees the metrics, by port: the usual one has them with Metrics alone, and the admin port
// always. Where nobody needs a token, it shows them also beyond loopback.
func TestWhoSeesMetrics(t *testing.T) {
	admin := "Authorization: Bearer " + tokenOf("ann", "orders:admin")
	manager := "Authorization: Bearer " + tokenOf("ann", "orders:manage")
	for _, tt := range []struct {
		tokens ports.Authenticator
		sent   string
		want   string // By METRICS, the usual port, and by whether it is loopback, the admin port.
	}{
		{nil, "", "404 200 200 200"},
		{&tokens{}, "", "401 401 401 200"},
		{&tokens{}, manager, "403 403 403 200"},
		{&tokens{}, admin, "404 200 200 200"},
		{&tokens{err: ports.ErrUnavailable}, admin, "503 503 503 200"},
	} {
		var got []string
		for _, everywhere := range []bool{false, true} {
			c := http.Config{Address: "127.0.0.1:0", Metrics: everywhere}
			s := startAs(t, c, func(p *http.Parts) {
				p.Tokens, p.Observer.Metrics = tt.tokens, shownMetrics
			})
			address := serve(t, s).Addr().String()
			asks := func(at string) {
				c := &rawClient{address: at}
				status := c.status(t, "GET", "/metrics", cmp.Or(tt.sent, "X: y"))
				got = append(got, fmt.Sprint(status))
			}
			asks(address)
			if everywhere {
				asks(s.adminPort(t, false))
				asks(s.adminPort(t, true))
			}
		}
		if all := strings.Join(got, " "); all != tt.want {
			t.Errorf("tokens %v, %q: %s, want %s", tt.tokens, tt.sent, all, tt.want)
		}
	}
}

func TestMetricsAnswerAsTheyAreAsked(t *testing.T) {
	s := startAs(t, http.Config{Metrics: true, BasePath: "/shop"}, func(p *http.Parts) {
		p.Observer.Metrics = shownMetrics
	})
	a := s.ask(t, "GET", "/metrics?any=1", "")
	a.is(t, 200)
	a.header(t, "Content-Type", "text/plain; version=0.0.4")
	a.header(t, "Cache-Control", "no-store")
	if a.text != metricsText {
		t.Errorf("it answers %s", a.text)
	}
	s.ask(t, "HEAD", "/metrics", "").is(t, 200)
	s.ask(t, "GET", "/metrics", "", "Accept", "x/y").header(t, "Content-Type", "x/y")
	s.ask(t, "POST", "/metrics", "").is(t, 405)
	s.ask(t, "GET", "/shop/metrics", "").is(t, 404) // As /admin, it is at the root alone.
	if n := len(s.log.requests(t)); n != 2 {
		t.Errorf("%d lines are logged, of which scrapes have none at the level info", n)
	}
}

// Of a hundred scrapes at once some are answered, and the others are told to come again.
func TestACrowdOfScrapesIsRefused(t *testing.T) {
	hold, inside := make(chan struct{}), make(chan struct{}, 100)
	s := startAs(t, http.Config{Address: "127.0.0.1:0", Metrics: true}, func(p *http.Parts) {
		p.Observer.Metrics = func(accept string) (string, []byte, error) {
			inside <- struct{}{}
			<-hold
			return shownMetrics(accept)
		}
	})
	var scrapes sync.WaitGroup
	statuses := make(chan int, 100)
	scrape := func() {
		a := s.ask(t, "GET", "/metrics", "")
		if a.StatusCode == 503 {
			a.header(t, "Retry-After", "1")
			a.has(t, `"code":"unavailable"`)
		}
		statuses <- a.StatusCode
	}
	for range 4 {
		scrapes.Go(scrape)
		<-inside
	}
	for range 96 {
		scrape()
	}
	close(hold)
	scrapes.Wait()
	count := map[int]int{}
	for range 100 {
		count[<-statuses]++
	}
	if count[200] != 4 || count[503] != 96 {
		t.Errorf("statuses %v", count)
	}
}

// A client that does not read what it asked for keeps nobody from scraping.
func TestASlowScraperHoldsUpNobody(t *testing.T) {
	large := []byte(strings.Repeat("# "+strings.Repeat("x", 1000)+"\n", 10_000))
	_, a := watched(t, http.Config{}, func(s *service) {
		s.parts.Observer.Metrics = func(string) (string, []byte, error) {
			return "text/plain", large, nil
		}
		s.Server = http.New(http.Config{Address: "127.0.0.1:0"}, s.parts,
			slog.New(slog.NewJSONHandler(s.log, nil)))
		s.Started()
	})
	for range 8 {
		fmt.Fprint(dial(t, a), "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
	}
	for range 3 {
		if got := get(t, a, "/metrics"); got.StatusCode != 200 || len(got.text) != len(large) {
			t.Errorf("status %d with %d bytes", got.StatusCode, len(got.text))
		}
		get(t, a, "/livez").is(t, 200)
	}
}

// What is told of a request has nothing that its client made up but the trace.
func TestWhatAnObserverIsTold(t *testing.T) {
	var mu sync.Mutex
	var told []http.Answered
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Observer.Answered = func(a http.Answered) {
			mu.Lock()
			defer mu.Unlock()
			a.Took = min(a.Took, time.Nanosecond)
			told = append(told, a)
		}
	})
	id := s.order(t)
	s.ask(t, "POST", place+"/"+id+"/confirm", "")
	s.ask(t, "GET", show, "", "traceparent",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	s.ask(t, "GET", show, "", "traceparent",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
	s.ask(t, "GET", show+"/"+nowhere, "", "traceparent", "nonsense")
	s.ask(t, "BREW", "/nowhere", "")
	s.ask(t, "GET", "/docs", "")
	want := []http.Answered{
		{Operation: "create", Status: 201}, {Operation: "confirm", Status: 200},
		{Operation: "orders", Status: 200, TraceID: "0af7651916cd43dd8448eb211c80319c"},
		{Operation: "orders", Status: 200}, // No collector has that trace.
		{Operation: "order", Status: 404, Code: "order-not-found"},
		{Operation: "other", Status: 404, Code: "route-not-found"},
		{Operation: "docs", Status: 200},
	}
	mu.Lock()
	defer mu.Unlock()
	for i, a := range told {
		if a.Took = 0; i >= len(want) || a != want[i] {
			t.Errorf("request %d is told as %+v", i, a)
		}
	}
	if len(told) != len(want) {
		t.Errorf("%d requests are told", len(told))
	}
}
