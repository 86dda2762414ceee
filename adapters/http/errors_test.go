package http_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

func TestRefusalsOfTheProtocol(t *testing.T) {
	s := start(t)
	for _, tt := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/nothing", 404, "route-not-found", ""},
		{"POST", "/", 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
		{"PUT", show, 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
		{"GET", place, 405, "method-not-allowed", "POST, OPTIONS"},
		{"HEAD", place, 405, "", "POST, OPTIONS"},
		{"DELETE", show + "/x", 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
		{"GET", place + "/x/confirm", 405, "method-not-allowed", "POST, OPTIONS"},
		{"TRACE", "/health", 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
		{"PURGE", "/health", 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
		{"QUERY", place, 405, "method-not-allowed", "POST, OPTIONS"},
		{"BREW", "/nothing", 404, "route-not-found", ""},
		{"POST", place + "/x/unknown", 404, "route-not-found", ""},
		{"OPTIONS", "/nothing", 404, "route-not-found", ""},
	} {
		a := s.ask(t, tt.method, tt.path, "")
		a.is(t, tt.status)
		a.header(t, "Allow", tt.allow)
		a.header(t, "Content-Type", "application/problem+json")
		if tt.method == "HEAD" {
			continue
		}
		a.has(t, `{"type":"about:blank","title":"`, fmt.Sprintf(`"status":%d,`, tt.status),
			`"detail":"`, `"instance":"`+tt.path+`"`, `"code":"`+tt.code+`"`, `"message":"❌ `)
	}
}

func TestOptions(t *testing.T) {
	s := start(t)
	for path, allow := range map[string]string{
		"/":                         "GET, HEAD, OPTIONS",
		"/health":                   "GET, HEAD, OPTIONS",
		show + "/x":                 "GET, HEAD, OPTIONS",
		place:                       "POST, OPTIONS",
		place + "/x/cancel":         "POST, OPTIONS",
		"/docs/swagger-ui.css":      "GET, HEAD, OPTIONS",
		show + "?userId=x&limit=0x": "GET, HEAD, OPTIONS",
	} {
		a := s.ask(t, "OPTIONS", path, "")
		a.is(t, 204)
		a.header(t, "Allow", allow)
		if a.text != "" {
			t.Errorf("OPTIONS %s has a body: %s", path, a.text)
		}
	}
}

func TestHeadAnswersAsGetWithoutBody(t *testing.T) {
	s := start(t)
	for _, path := range []string{
		"/", "/health", "/docs", "/openapi.json", show, show + "/" + s.order(t),
		show + "/" + nowhere, "/nothing",
	} {
		get, head := s.ask(t, "GET", path, ""), s.ask(t, "HEAD", path, "")
		head.is(t, get.StatusCode)
		if head.text != "" || head.ContentLength != get.ContentLength && path != "/" {
			t.Errorf("HEAD %s has %d of %d bytes", path, len(head.text), get.ContentLength)
		}
		for _, name := range []string{"Content-Type", "ETag", "Location"} {
			head.header(t, name, get.Header.Get(name))
		}
	}
}

func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		err              error
		status           int
		code, log, retry string
	}{
		{ports.ErrUnavailable, 503, "unavailable", "WARN", "1"},
		{ports.ErrOutcomeUnknown, 503, "outcome-unknown", "WARN", "1"},
		{context.DeadlineExceeded, 503, "unavailable", "WARN", "1"},
		{ports.ErrUnreadable, 503, "order-unreadable", "ERROR", "1"},
		{errors.New("secret 42"), 500, "internal", "ERROR", ""},
		{nil, 500, "internal", "ERROR", ""}, // It panics.
	} {
		c := http.Config{Timeout: 200 * time.Millisecond}
		s := startWith(t, c, func(store ports.EventStore) ports.EventStore {
			if tt.err != nil {
				return broken{store, fmt.Errorf("the database: %w", tt.err)}
			}
			return broken{store, nil}
		}, nil)
		a := s.ask(t, "POST", place, mouse)
		a.is(t, tt.status)
		a.header(t, "Content-Type", "application/problem+json")
		a.header(t, "Retry-After", tt.retry)
		a.has(t, `"code":"`+tt.code+`"`)
		for _, secret := range []string{"secret", "database", "goroutine"} {
			if strings.Contains(a.text, secret) {
				t.Errorf("the answer tells %s: %s", secret, a.text)
			}
		}
		log := s.log.requests(t)
		if len(log) != 1 || log[0]["level"] != tt.log || log[0]["error"] == nil ||
			log[0]["requestId"] != a.Header.Get("X-Request-ID") {
			t.Errorf("%v is logged as %v", tt.err, log)
		}
	}
}

// gone is a read model that cannot be asked.
type gone struct {
	ports.Orders
	err error
}

func (g gone) Order(context.Context, order.ID) (ports.OrderView, error) {
	return ports.OrderView{}, g.err
}

func (g gone) List(
	context.Context, ports.Filter, ports.Page, func(ports.OrderView) error,
) error {
	return g.err
}

func TestQueriesFail(t *testing.T) {
	for err, status := range map[error]int{
		ports.ErrUnavailable: 503, errors.New("secret"): 500, context.DeadlineExceeded: 503,
	} {
		s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders {
			return gone{err: err}
		})
		s.ask(t, "GET", show+"/"+nowhere, "").is(t, status)
		s.ask(t, "GET", show, "").is(t, status)
		s.ask(t, "GET", "/health", "").is(t, 200)
	}
}

// deadlines is a store that remembers how long its callers had.
type deadlines struct {
	ports.EventStore
	left time.Duration
}

func (d *deadlines) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	deadline, _ := ctx.Deadline()
	d.left = time.Until(deadline)
	return d.EventStore.Append(ctx, past, c)
}

func TestEveryRequestHasADeadline(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{
		0: 10 * time.Second, time.Hour: time.Hour,
	} {
		d := &deadlines{}
		wrap := func(store ports.EventStore) ports.EventStore {
			d.EventStore = store
			return d
		}
		s := startWith(t, http.Config{Timeout: timeout}, wrap, nil)
		s.ask(t, "POST", place, mouse).is(t, 201)
		if d.left > want || d.left < want-5*time.Second {
			t.Errorf("a command has %s, want about %s", d.left, want)
		}
	}
}

func TestTheAccessLog(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.ask(t, "GET", show+"/"+id+"?atVersion=1", "", "X-Request-ID", "mine")
	s.ask(t, "HEAD", show, "")
	s.ask(t, "POST", place, "{")
	s.ask(t, "PURGE", "/nothing%20here", "")
	s.ask(t, "OPTIONS", place, "")
	s.ask(t, "GET", "/docs", "")
	want := []string{
		"POST " + place + " 201", "GET " + show + "/" + id + " 200", "HEAD " + show + " 200",
		"POST " + place + " 400", "PURGE /nothing%20here 404", "OPTIONS " + place + " 204",
		"GET /docs 200",
	}
	log := s.log.requests(t)
	if len(log) != len(want) {
		t.Fatalf("%d lines, want %d: %v", len(log), len(want), log)
	}
	for i, line := range log {
		got := fmt.Sprintf("%v %v %v", line["method"], line["path"], line["status"])
		if got != want[i] || line["level"] != "INFO" || line["error"] != nil {
			t.Errorf("line %d is %v, want %s", i, line, want[i])
		}
		if took, _ := line["durationMs"].(float64); took <= 0 || took > 1e4 {
			t.Errorf("line %d took %v", i, line["durationMs"])
		}
		empty := strings.HasPrefix(got, "HEAD") || strings.HasPrefix(got, "OPTIONS")
		if size, _ := line["bytes"].(float64); empty != (size == 0) {
			t.Errorf("line %d has %v bytes", i, line["bytes"])
		}
	}
	if log[1]["requestId"] != "mine" {
		t.Errorf("request id %v, want mine", log[1]["requestId"])
	}
}

func TestTheDefaultCurrency(t *testing.T) {
	for currency, want := range map[order.Currency]string{"": "USD", "JPY": "JPY"} {
		s := startWith(t, http.Config{Currency: currency}, nil, nil)
		shown := s.ask(t, "GET", show+"/"+s.order(t), "")
		shown.has(t, `"currency":"`+want+`"`)
		s.ask(t, "POST", place, item("", "1", "1")).is(t, 400) // Empty is none of them.
	}
}
