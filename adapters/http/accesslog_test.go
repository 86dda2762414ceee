package http_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/adapters/http/wire"
	"orders/ports"
)

// startAt starts a service that logs from a level on.
func startAt(t *testing.T, level slog.Level, c http.Config, p ...ports.Check) *service {
	t.Helper()
	s := startWith(t, c, nil, nil)
	s.parts.Checks = p
	o := &slog.HandlerOptions{Level: level}
	s.Server = http.New(c, s.parts, slog.New(slog.NewJSONHandler(s.log, o)))
	return s
}

const (
	trace  = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	traced = "4bf92f3577b34da6a3ce929d0e0e4736"
)

// Lines can be grouped by what was asked for, by order, by trace and by problem.
func TestALineSaysWhatWasAskedAndWhatCameOfIt(t *testing.T) {
	s := start(t)
	id := s.order(t)
	placed := s.log.requests(t)[0]
	if placed["command"] != "create" || placed["orderId"] != id {
		t.Errorf("a create is logged as %v", placed)
	}
	long := strings.Repeat("a", 4000)
	for _, tt := range []struct{ method, path, body, want string }{
		{"POST", place, "{", "create - malformed-json"},
		{"POST", place + "?dryRun=true", mouse, "create - -"},
		{"POST", place + "/" + id + "/confirm", "", "confirm " + id + " -"},
		{"POST", place + "/" + id + "/complete", "", "complete " + id + " not-paid"},
		{"POST", place + "/" + id + "/cancel", "{", "cancel " + id + " malformed-json"},
		{"POST", place + "/" + nowhere + "/confirm", "", "confirm " + nowhere + " order-not-found"},
		{"POST", place + "/" + long + "/confirm", "", "confirm - order-not-found"},
		{"GET", show + "/" + id, "", "order " + id + " -"},
		{"HEAD", show + "/" + id, "", "order " + id + " -"},
		{"GET", show + "/" + id + "?minVersion=x", "", "order " + id + " validation-failed"},
		{"GET", show + "/" + id + "/history", "", "history " + id + " -"},
		{"GET", show, "", "orders - -"},
		{"GET", show + "/" + nowhere + "/stream", "",
			"streamOrder " + nowhere + " order-not-found"},
		{"GET", "/nothing", "", "- - route-not-found"},
		{"DELETE", show, "", "- - method-not-allowed"},
	} {
		s.log.forget()
		s.ask(t, tt.method, tt.path, tt.body, "Traceparent", trace)
		line := s.log.requests(t)[0]
		got := fmt.Sprint(or(line["command"], line["query"]), " ", or(line["orderId"]), " ",
			or(line["code"]))
		if got != tt.want || line["traceId"] != traced || line["level"] != "INFO" {
			t.Errorf("%s %.100s is logged as %s: %.500v", tt.method, tt.path, got, line)
		}
	}
}

// or returns the first of values that a line has.
func or(values ...any) any {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return "-"
}

func TestALineHasNoTraceThatIsNone(t *testing.T) {
	s := start(t)
	s.ask(t, "GET", show, "", "Traceparent", strings.Repeat("4", len(trace)))
	if line := s.log.requests(t)[0]; line["traceId"] != nil {
		t.Errorf("logged %v", line)
	}
}

func TestAStreamIsLoggedWithItsOrder(t *testing.T) {
	l := streaming(t)
	id := l.order(t)
	c := l.open(t, show+"/"+id+"/stream", "X-Request-ID", "mine", "Traceparent", trace)
	c.next("")
	c.close()
	l.until(t, "it is logged", func() bool { return len(l.logged(t, "mine")) > 0 })
	line := l.logged(t, "mine")[0]
	if line["query"] != "streamOrder" || line["orderId"] != id || line["traceId"] != traced {
		t.Errorf("logged %v", line)
	}
}

// A user's id may be an address.
func TestNoLineTellsAUser(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Operations = append(p.Operations, addSummary)
	})
	id := s.order(t)
	for _, path := range []string{
		show + "?userId=user_123", "/queries/users/user_123/summary",
		"/queries/users/user_123%00/summary", show + "/" + id,
	} {
		s.ask(t, "GET", path, "")
	}
	if s.log.holds("user_123") {
		t.Errorf("the log tells a user: %s", s.log.text)
	}
	if !s.log.holds(`"path":"/queries/users/{userId}/summary"`) {
		t.Errorf("the log does not tell what was asked for: %s", s.log.text)
	}
}

// addSummary adds a query whose path tells a user, as a module may.
func addSummary(api huma.API) {
	op := wire.Get("/queries/users/{userId}/summary", "summary", "", wire.Response(""))
	huma.Register(api, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}

// Probes come all the time: they have lines at the level debug, and what changes has one above it.
func TestProbesAreLoggedWhenTheirAnswersChange(t *testing.T) {
	store := &waking{}
	s := startAt(t, slog.LevelInfo, http.Config{}, store.check("store"))
	s.Started()
	s.probeTwice(t, 200)
	if len(s.log.all(t)) > 0 {
		t.Errorf("probes are logged: %s", s.log.text)
	}
	gone := fmt.Errorf("the database: %w", ports.ErrUnavailable)
	store.err.Store(&gone)
	s.until(t, "it is not ready", s.readiness(t, 503))
	s.probeTwice(t, 503)
	store.err.Store(nil)
	s.until(t, "it is ready", s.readiness(t, 200))
	var got []string
	for _, line := range s.log.all(t) {
		got = append(got, fmt.Sprint(line["level"], " ", line["msg"], " ", or(line["checks"])))
	}
	want := "[WARN The process is not ready store INFO The process is ready again -]"
	if fmt.Sprint(got) != want {
		t.Errorf("logged %v, want %s", got, want)
	}
}

func (s *service) readiness(t *testing.T, status int) func() bool {
	return func() bool { return s.ask(t, "GET", "/readyz", "").StatusCode == status }
}

func (s *service) probeTwice(t *testing.T, status int) {
	t.Helper()
	for range 2 {
		s.ask(t, "GET", "/readyz", "").is(t, status)
		s.ask(t, "GET", "/livez", "").is(t, 200)
		s.ask(t, "HEAD", "/health", "").is(t, 200)
	}
}

func TestProbesHaveLinesForThoseWhoAsk(t *testing.T) {
	s := startAt(t, slog.LevelDebug, http.Config{})
	s.ask(t, "GET", "/readyz", "").is(t, 503)
	line := s.log.requests(t)[0]
	if line["level"] != "DEBUG" || line["query"] != "ready" || line["code"] != "not-ready" {
		t.Errorf("logged %v", line)
	}
}

// A client's fault is not the service's.
func TestAnUnknownVersionOfHTTPIsNoError(t *testing.T) {
	l := listen(t, nil)
	l.raw(t, "GET / HTTP/1.2\r\nHost: x\r\n\r\n").is(t, 505)
	if line := l.log.requests(t)[0]; line["level"] != "INFO" ||
		line["code"] != "http-version-not-supported" || line["error"] != nil {
		t.Errorf("logged %v", line)
	}
}
