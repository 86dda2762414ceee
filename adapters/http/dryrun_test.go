package http_test

import (
	"fmt"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

const dry = "?dryRun=true"

// recorded is an event as a history shows it, by the clock of these tests.
func recorded(version int, kind, request, data string) string {
	return fmt.Sprintf(`{"version":%d,"type":%q,"at":"2026-11-22T12:44:48.200Z",`+
		`"actor":"anonymous","requestId":%q,"data":%s}`, version, kind, request, data)
}

func TestADryRunShowsWhatWouldHappen(t *testing.T) {
	w := &waits{}
	s := startWith(t, http.Config{}, nil, func(o ports.Orders) ports.Orders {
		w.Orders = o
		return w
	})
	id := s.order(t)
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":5}`)
	awaited := len(w.calls)

	cancel := place + "/" + id + "/cancel"
	a := s.ask(t, "POST", cancel+dry, `{"reason":"staff"}`, "If-Match", `"2"`,
		"X-Request-ID", "r")
	a.is(t, 200)
	events := `"events":[` + recorded(3, "OrderCancelled", "r", `{"reason":"staff"}`) + "," +
		recorded(3, "PaymentVoided", "r", `{"paymentId":"p","amount":5}`) + "]"
	a.has(t, `{"message":"🧪 Dry run: this would happen. Nothing was changed.",`+
		`"orderId":"`+id+`","version":3,"status":"CANCELLED","paymentStatus":"VOIDED",`+
		`"fulfillmentStatus":"UNFULFILLED","links":{"self":"`+show+"/"+id+`"},"dryRun":true,`+
		events+`,"order":{"orderId":"`+id+`",`,
		`"updatedAt":"2026-11-22T12:44:48.200Z","version":3,"allowedCommands":[]}}`)
	for _, name := range []string{"ETag", "Location", "Idempotent-Replayed"} {
		a.header(t, name, "")
	}
	if len(s.commits(t, id)) != 2 || len(w.calls) != awaited {
		t.Errorf("a dry run left %d commits and awaited %v", len(s.commits(t, id)), w.calls)
	}

	// When it happens, the history shows the same events.
	s.ask(t, "POST", cancel, `{"reason":"staff"}`, "X-Request-ID", "r").is(t, 200)
	s.ask(t, "GET", show+"/"+id+"/history?cursor=AAMAAA", "").has(t, events+"}")
}

func TestADryRunIsRefusedAndRepeatedLikeTheRealThing(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":5}`)
	s.ask(t, "POST", place+"/"+id+"/complete"+dry, "").is(t, 409)
	s.ask(t, "POST", place+"/"+id+"/cancel"+dry, "{}").is(t, 400)
	s.ask(t, "POST", place+"/"+id+"/confirm"+dry, "", "If-Match", `"1"`).is(t, 412)
	s.ask(t, "POST", place+"/"+nowhere+"/confirm"+dry, "").is(t, 404)
	repeat := s.ask(t, "POST", place+"/"+id+"/payments/authorize"+dry,
		`{"paymentId":"p","amount":5}`)
	repeat.is(t, 200)
	repeat.has(t, `"dryRun":true,"events":[],"order":{`, `"version":2`)
}

func TestADryRunOfCreate(t *testing.T) {
	w := &waits{}
	s := startWith(t, http.Config{}, nil, func(o ports.Orders) ports.Orders {
		w.Orders = o
		return w
	})
	tried := s.ask(t, "POST", place+dry, mouse, "Idempotency-Key", "k",
		"Prefer", "respond-async", "X-Request-ID", "r")
	tried.is(t, 200)
	tried.has(t, `"dryRun":true,"events":[`+recorded(1, "OrderCreated", "r",
		`{"userId":"user_123","currency":"USD","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`)+
		`],"order":{`)
	tried.header(t, "Location", "")
	tried.header(t, "Preference-Applied", "")
	s.ask(t, "GET", show, "").has(t, `{"count":0,`)
	s.ask(t, "POST", place+dry, "{}").is(t, 400)
	s.ask(t, "POST", place+dry, mouse).is(t, 200)

	// It binds no key, and the key tells the id that the order gets.
	made := s.ask(t, "POST", place, mouse, "Idempotency-Key", "k")
	made.is(t, 201)
	tried.has(t, `"orderId":"`+made.id()+`"`)
	if len(w.calls) != 1 {
		t.Errorf("awaited %v, want only the order", w.calls)
	}
	again := s.ask(t, "POST", place+dry, mouse, "Idempotency-Key", "k")
	again.is(t, 200)
	again.header(t, "Idempotent-Replayed", "true")
	again.has(t, `"dryRun":true,"events":[],`)
	other := strings.Replace(mouse, "599", "598", 1)
	s.ask(t, "POST", place+dry, other, "Idempotency-Key", "k").is(t, 422)
}

func TestWhatADryRunIs(t *testing.T) {
	s := start(t)
	for _, query := range []string{
		"", "?", "?dryRun=false",
	} {
		s.ask(t, "POST", place+query, mouse).is(t, 201)
	}
	s.ask(t, "POST", place+"?dryRun", mouse).has(t, `"detail":"dryRun must be true or false"`)
	for _, value := range []string{
		"", "1", "TRUE", "yes", "%20", "true%00", "%ff", "true&dryRun=true", "false&dryRun=true",
	} {
		a := s.ask(t, "POST", place+"?dryRun="+value, mouse)
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["dryRun"],"message":"must`)
		if n := strings.Count(a.text, `"path"`); n != 1 {
			t.Errorf("%s has %d issues: %s", value, n, a.text)
		}
	}
	s.ask(t, "GET", show, "").has(t, `{"count":3,`)
}
