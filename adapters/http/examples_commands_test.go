package http_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
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

const (
	tooMuch  = `{"paymentId":"pay_9","amount":1198.01}`
	aLittle  = `{"paymentId":"pay_1","amount":1}`
	oneBack  = `{"paymentId":"pay_1","refundId":"ref_1","amount":1}`
	oneMouse = `{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":1}]}`
)

// refusals are all that orders refuse, each by an order that the steps made, at a version if there is
// one. An empty body stands for that with which the command is done.
var refusals = []struct {
	command, steps, body, code string
	version                    int
}{
	{"changeItems", "confirm", "", "command-not-allowed", 0},
	{"changeItems", "capturePayment", "", "payment-started", 0},
	{"changeItems", "", "", "order-full", 900},
	{"confirm", "cancel", "", "command-not-allowed", 0},
	{"confirm", "hold", "", "on-hold", 0},
	{"confirm", "", "", "order-full", 1000},
	{"authorizePayment", "cancel", "", "command-not-allowed", 0},
	{"authorizePayment", "", tooMuch, "amount-exceeded", 0},
	{"authorizePayment", "authorizePayment", aLittle, "id-reused", 0},
	{"authorizePayment", "", "", "order-full", 900},
	{"capturePayment", "cancel", "", "command-not-allowed", 0},
	{"capturePayment", "hold", "", "on-hold", 0},
	{"capturePayment", "", tooMuch, "amount-exceeded", 0},
	{
		"capturePayment", "capturePayment",
		`{"paymentId":"pay_1","captureId":"cap_1","amount":1}`, "id-reused", 0,
	},
	{"capturePayment", "", aLittle, "order-full", 1000},
	{"voidPayment", "cancel", "", "command-not-allowed", 0},
	{"voidPayment", "capturePayment", "", "nothing-held", 0},
	{"voidPayment", "authorizePayment", `{"paymentId":"pay_9"}`, "payment-unknown", 0},
	{"refundPayment", "confirm", "", "nothing-captured", 0},
	{
		"refundPayment", "capturePayment",
		`{"paymentId":"pay_9","refundId":"ref_1","amount":1198}`, "payment-unknown", 0,
	},
	{
		"refundPayment", "capturePayment",
		`{"paymentId":"pay_1","refundId":"ref_9","amount":1198.01}`, "amount-exceeded", 0,
	},
	{"refundPayment", "capturePayment refundPayment", oneBack, "id-reused", 0},
	{"refundPayment", "capturePayment", oneBack, "order-full", 1000},
	{"shipItems", "capturePayment", "", "command-not-allowed", 0},
	{"shipItems", "confirm", "", "not-paid", 0},
	{"shipItems", "confirm capturePayment hold", "", "on-hold", 0},
	{"shipItems", "confirm capturePayment refundPayment", "", "refunded", 0},
	{
		"shipItems", "confirm capturePayment",
		`{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":3}]}`, "quantity-exceeded", 0,
	},
	{"shipItems", "confirm capturePayment shipItems", oneMouse, "id-reused", 0},
	{"shipItems", "confirm capturePayment", oneMouse, "order-full", 1000},
	{"deliverShipment", "confirm capturePayment cancel", "", "command-not-allowed", 0},
	{
		"deliverShipment", "confirm capturePayment shipItems", `{"shipmentId":"ship_9"}`,
		"shipment-unknown", 0,
	},
	{"hold", "cancel", "", "command-not-allowed", 0},
	{"hold", "hold", `{"reason":"inventory"}`, "on-hold", 0},
	{"hold", "", "", "order-full", 900},
	{"release", "cancel", "", "command-not-allowed", 0},
	{"complete", "capturePayment", "", "command-not-allowed", 0},
	{"complete", "confirm hold", "", "on-hold", 0},
	{"complete", "confirm", "", "not-paid", 0},
	{"complete", "confirm capturePayment", "", "not-delivered", 0},
	{"cancel", delivered + " complete", "", "command-not-allowed", 0},
	{"cancel", "confirm capturePayment shipItems", "", "already-shipped", 0},
}

func (e examples) commandsRefused(t *testing.T) {
	for _, tt := range refusals {
		store := &old{}
		s := startWith(t, http.Config{}, func(usual ports.EventStore) ports.EventStore {
			store.EventStore = usual
			return store
		}, nil)
		id := s.sample(t, tt.steps)
		store.version = tt.version
		body := tt.body
		if body == "" {
			body = commands[tt.command].body
		}
		path := place + "/" + id + "/" + commands[tt.command].path
		e.keep(t, tt.command, tt.code, s.ask(t, "POST", path, body))
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
		if invalid = "{}"; c.body == "" {
			invalid, target = "", target+"?dryRun=maybe"
		}
		e.keep(t, name, "validation-failed", s.ask(t, "POST", target, invalid))
		target, _, _ = strings.Cut(target, "?")
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
	"internal":        errors.New("something unexpected"),
	"unavailable":     ports.ErrUnavailable,
	"outcome-unknown": ports.ErrOutcomeUnknown,
	"bytes-in-flight": budget.ErrSpent,
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

// An old store tells of an order more changes than there were, up to a version.
type old struct {
	ports.EventStore
	version int
}

func (o *old) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	err := o.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		after = c.Version
		return each(c)
	})
	for err == nil && after < o.version {
		after++
		err = each(ports.Commit{
			OrderID: id, Version: after, At: noon.UTC(), ID: fmt.Sprint(after),
			Events: []order.Event{order.Released{}},
		})
	}
	return err
}
