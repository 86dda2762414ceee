package http_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/ports"
	"orders/ports/budget"
)

// sample places the order of every example and returns its id, which follows from its key.
func (s *service) sample(t *testing.T, steps string) string {
	t.Helper()
	return s.sampleOf(t, "first", strings.Fields(steps)...)
}

func (s *service) sampleOf(t *testing.T, key string, steps ...string) string {
	t.Helper()
	a := s.ask(t, "POST", place, mouse, "Idempotency-Key", key)
	a.is(t, 201)
	for _, step := range steps {
		s.do(t, a.id(), commands[step].path, commands[step].body)
	}
	return a.id()
}

// A way is how to ask for a command: what is done before, so that the order takes it, its path and
// its body.
type way struct{ before, path, body string }

const delivered = "confirm capturePayment shipItems deliverShipment"

var commands = map[string]way{
	"changeItems": {"", "items", `{"items":[{"sku":"sku_pad","qty":1,"price":25}]}`},
	"confirm":     {"", "confirm", ""},
	"authorizePayment": {
		"", "payments/authorize", `{"paymentId":"pay_1","amount":1198}`,
	},
	"capturePayment": {
		"", "payments/capture", `{"paymentId":"pay_1","captureId":"cap_1","amount":1198}`,
	},
	"voidPayment": {"authorizePayment", "payments/void", `{"paymentId":"pay_1"}`},
	"refundPayment": {
		"capturePayment", "payments/refund",
		`{"paymentId":"pay_1","refundId":"ref_1","amount":1198}`,
	},
	"shipItems": {
		"confirm capturePayment", "shipments",
		`{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":2}]}`,
	},
	"deliverShipment": {
		"confirm capturePayment shipItems", "deliveries", `{"shipmentId":"ship_1"}`,
	},
	"hold":     {"", "hold", `{"reason":"fraud","note":"the address is odd"}`},
	"release":  {"hold", "release", ""},
	"complete": {delivered, "complete", ""},
	"cancel":   {"", "cancel", `{"reason":"customer","note":"found it cheaper"}`},
}

func (e examples) commandsDone(t *testing.T) {
	s := start(t)
	key := []string{"Idempotency-Key", "first"}
	e.keep(t, "create", "dry-run", s.ask(t, "POST", place+"?dryRun=true", mouse, key...))
	e.keep(t, "create", "done", s.ask(t, "POST", place, mouse, key...))
	e.keep(t, "create", "replayed", s.ask(t, "POST", place, mouse, key...))
	e.keep(t, "create", "with-the-order", start(t).ask(t, "POST", place, mouse,
		append(key, "Prefer", "return=representation")...))
	for name, c := range commands {
		s := start(t)
		path := place + "/" + s.sample(t, c.before) + "/" + c.path
		e.keep(t, name, "dry-run", s.ask(t, "POST", path+"?dryRun=true", c.body))
		e.keep(t, name, "done", s.ask(t, "POST", path, c.body, "Idempotency-Key", "k"))
		e.keep(t, name, "replayed", s.ask(t, "POST", path, c.body, "Idempotency-Key", "k"))
	}
}

// commandsMistaken keeps what wrong requests get.
func (e examples) commandsMistaken(t *testing.T) {
	s := start(t)
	id := s.sample(t, "")
	s.ask(t, "POST", place+"/"+id+"/hold", `{"reason":"staff"}`, "Idempotency-Key", "k").is(t, 200)
	for name, c := range withCreate() {
		target, invalid, other := place+"/"+id+"/"+c.path, "{}", c.body
		if name == "create" {
			target, other = place, strings.Replace(c.body, "599", "598", 1)
		} else {
			e.keep(t, name, "order-not-found",
				s.ask(t, "POST", place+"/"+nowhere+"/"+c.path, c.body))
		}
		query := ""
		if c.body == "" {
			query, invalid = "?dryRun=maybe", ""
		}
		e.keep(t, name, "validation-failed", s.ask(t, "POST", target+query, invalid))
		e.keep(t, name, "malformed-json", s.ask(t, "POST", target, `{`))
		e.keep(t, name, "version-mismatch", s.ask(t, "POST", target, c.body, "If-Match", `"9"`))
		e.keep(t, name, "body-too-large", s.ask(t, "POST", target, strings.Repeat(" ", 1<<20+1)))
		e.keep(t, name, "unsupported-media-type", s.ask(t, "POST", target, "<order/>",
			"Content-Type", "application/xml"))
		key := map[bool]string{true: "first", false: "k"}[name == "create"]
		e.keep(t, name, "idempotency-key-reused", s.ask(t, "POST", target, other,
			"Idempotency-Key", key))
	}
}

// withCreate returns all commands.
func withCreate() map[string]way {
	all := map[string]way{"create": {body: mouse}}
	for name, c := range commands {
		all[name] = c
	}
	return all
}

// faulty is a store whose appends fail once there is an error.
type faulty struct {
	ports.EventStore
	err error
}

func (f *faulty) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if f.err != nil {
		return f.err
	}
	return f.EventStore.Append(ctx, past, c)
}

// failures are what a store may fail with.
var failures = map[string]error{
	"internal":         errors.New("something unexpected"),
	"unavailable":      ports.ErrUnavailable,
	"outcome-unknown":  ports.ErrOutcomeUnknown,
	"order-unreadable": ports.ErrUnreadable,
	"bytes-in-flight":  budget.ErrSpent,
}

// commandsFailed keeps what commands get of a store that fails.
func (e examples) commandsFailed(t *testing.T) {
	for code, err := range failures {
		for name, c := range withCreate() {
			store, target := &faulty{}, place
			s := startWith(t, http.Config{}, func(usual ports.EventStore) ports.EventStore {
				store.EventStore = usual
				return store
			}, nil)
			if name != "create" {
				target += "/" + s.sample(t, c.before) + "/" + c.path
			}
			store.err = err
			e.keep(t, name, code, s.ask(t, "POST", target, c.body))
		}
	}
}
