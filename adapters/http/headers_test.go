package http_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

func TestIdempotencyKeys(t *testing.T) {
	s := start(t)
	long := strings.Repeat("k", 255)
	for key, stored := range map[string]string{
		"":               "",
		`""`:             "",
		"a":              "a",
		`"a"`:            "a",
		`"`:              `"`,
		`"a`:             `"a`,
		`a"b`:            `a"b`,
		long:             long,
		`"` + long + `"`: long,
		"!~,;={}":        "!~,;={}",
	} {
		a := s.ask(t, "POST", place, mouse, "Idempotency-Key", key)
		if a.StatusCode != 201 && a.StatusCode != 200 {
			t.Errorf("key %.10q got %s", key, a.text)
			continue
		}
		if got := s.commits(t, a.id())[0].Key; got != stored {
			t.Errorf("key %.10q is stored as %q", key, got)
		}
	}
	for _, key := range []string{long + "k", `"` + long + `k"`, "a b", "é", "a\tb", "\xff"} {
		a := s.ask(t, "POST", place, mouse, "Idempotency-Key", key)
		a.is(t, 400)
		a.has(t, `"message":"❌ Validation failed"`, `"issues":[{"path":["Idempotency-Key"],`)
	}
}

func TestARequiredKey(t *testing.T) {
	s := startWith(t, http.Config{RequireKey: true}, nil, nil)
	for path, body := range map[string]string{
		place: mouse, place + "/" + nowhere + "/confirm": "",
	} {
		a := s.ask(t, "POST", path, body)
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["Idempotency-Key"],"message":"is required"}]`)
	}
	s.ask(t, "POST", place, mouse, "Idempotency-Key", "k").is(t, 201)
	s.ask(t, "GET", show, "").is(t, 200)
	doc := s.ask(t, "GET", "/openapi.json", "")
	doc.has(t, `"in":"header","name":"Idempotency-Key","required":true`)
}

// waits is a read model that tells what was awaited, and lets nobody wait.
type waits struct {
	ports.Orders
	calls []string
	until []time.Time
}

func (w *waits) Await(ctx context.Context, id order.ID, version int) error {
	deadline, _ := ctx.Deadline()
	w.calls = append(w.calls, string(id)+"@"+string(rune('0'+version)))
	w.until = append(w.until, deadline)
	return errors.New("not yet")
}

func TestACommandWaitsUntilTheOrderCanBeRead(t *testing.T) {
	w := &waits{}
	s := startWith(t, http.Config{}, nil, func(o ports.Orders) ports.Orders {
		w.Orders = o
		return w
	})
	began := time.Now()
	first := s.ask(t, "POST", place, mouse, "Idempotency-Key", "k")
	first.is(t, 201) // Also when it cannot be read in time.
	first.header(t, "Preference-Applied", "")
	id := first.id()
	s.ask(t, "POST", place, mouse, "Idempotency-Key", "k").is(t, 200) // A replay.
	s.ask(t, "POST", place+"/"+id+"/confirm", "").is(t, 200)
	s.ask(t, "POST", place+"/"+id+"/confirm", "").is(t, 200) // No event.

	want := strings.Join([]string{id + "@1", id + "@1", id + "@2", id + "@2"}, " ")
	if got := strings.Join(w.calls, " "); got != want {
		t.Errorf("awaited %s, want %s", got, want)
	}
	for _, until := range w.until {
		if until.Before(began.Add(time.Second)) || until.After(time.Now().Add(time.Second)) {
			t.Errorf("waits until %s, having begun after %s", until, began)
		}
	}
}

func TestPreferRespondAsync(t *testing.T) {
	w := &waits{}
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders { return w })
	for prefer, async := range map[string]bool{
		"respond-async":                      true,
		"Respond-ASYNC":                      true,
		"wait=10, respond-async":             true,
		"respond-async;x=1, handling=strict": true,
		`respond-async=""`:                   true,
		` respond-async , `:                  true,
		`foo="a, b"; bar, respond-async`:     true,
		"":                                   false,
		"respond-asynchronously":             false,
		"wait=respond-async":                 false,
		"wait; respond-async":                false,
		`foo="a, respond-async, b"`:          false,
		`foo="\", respond-async, b"`:         false,
		"respond-async=no":                   false,
	} {
		w.calls = nil
		a := s.ask(t, "POST", place, mouse, "Prefer", prefer)
		a.is(t, 201)
		applied := a.Header.Get("Preference-Applied")
		if async != (applied == "respond-async") || async != (len(w.calls) == 0) {
			t.Errorf("Prefer: %s applied %q and awaited %v", prefer, applied, w.calls)
		}
	}
	a := s.ask(t, "POST", place, mouse, "Prefer", "respond-async", "Prefer", "wait=1")
	a.is(t, 201)
	a.header(t, "Preference-Applied", "respond-async")
	again := s.ask(t, "POST", place, mouse, "Idempotency-Key", "k", "Prefer", "respond-async")
	again.is(t, 201)
	again = s.ask(t, "POST", place, mouse, "Idempotency-Key", "k", "Prefer", "respond-async")
	again.is(t, 200)
	again.header(t, "Preference-Applied", "respond-async")
}

func TestRequestIDs(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/health", "/", "/docs", "/nothing", show + "/" + nowhere} {
		a := s.ask(t, "GET", path, "", "X-Request-ID", "mine-1")
		a.header(t, "X-Request-ID", "mine-1")
	}
	for _, id := range []string{strings.Repeat("x", 128), "!~"} {
		s.ask(t, "GET", "/health", "", "X-Request-ID", id).header(t, "X-Request-ID", id)
	}
	large := strings.Repeat("x", 7000) // Some proxies send much.
	s.ask(t, "GET", "/health", "", "Cookie", large).is(t, 200)
	made := map[string]bool{}
	for _, id := range []string{"", strings.Repeat("x", 129), "a b", "é", "a\tb"} {
		got := s.ask(t, "GET", "/health", "", "X-Request-ID", id).Header.Get("X-Request-ID")
		if len(got) != 26 || made[got] {
			t.Errorf("%q became %q", id, got)
		}
		made[got] = true
	}
}

func TestWhatIsKeptOfARequest(t *testing.T) {
	s := start(t)
	const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	a := s.ask(t, "POST", place, mouse, "X-Request-ID", "req-1", "traceparent", trace)
	got := s.commits(t, a.id())[0]
	if got.RequestID != "req-1" || got.Traceparent != trace || got.Actor != ports.Anonymous {
		t.Errorf("kept %q, %q, %q", got.RequestID, got.Traceparent, got.Actor.Subject)
	}
	a = s.ask(t, "POST", place, mouse)
	got = s.commits(t, a.id())[0]
	if got.RequestID == "" || got.RequestID != a.Header.Get("X-Request-ID") {
		t.Errorf("kept %q, answered %q", got.RequestID, a.Header.Get("X-Request-ID"))
	}
	for _, bad := range []string{
		"nonsense", trace + "-00", strings.ToUpper(trace), "ff" + trace[2:], "0" + trace,
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
		strings.ReplaceAll(trace, "-", "_"), strings.Replace(trace, "f", "-", 1),
	} {
		a := s.ask(t, "POST", place, mouse, "traceparent", bad)
		if got := s.commits(t, a.id())[0].Traceparent; got != "" {
			t.Errorf("%q is kept as %q", bad, got)
		}
	}
}
