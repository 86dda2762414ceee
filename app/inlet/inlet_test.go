package inlet_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/adapters/message"
	"orders/app/access"
	"orders/app/command"
	"orders/app/inlet"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// A format writes answers in short, and reads bodies as the service does.
type format struct{ message.Reader }

func (format) Knows(name string) bool { return message.IsCommand(name) }

func (f format) Read(name string, body []byte, by access.Caller) (inlet.Draft, error) {
	user, confined := by.Confined()
	d, err := f.Reader.Read(name, body, message.Sender{User: user, Confined: confined})
	if errors.Is(err, &order.Error{Code: message.CodeMalformed}) {
		err = fmt.Errorf("%w: %w", inlet.ErrMalformed, err)
	}
	return inlet.Draft{
		Command: d.Command, AnyCurrency: d.AnyCurrency, Ignored: d.Ignored, Explain: d.Explain,
	}, err
}

func (format) Write(a inlet.Answer) []byte {
	switch {
	case a.Order == nil:
		return fmt.Appendf(nil, "%s %s", a.ID, a.Refusal.Code)
	case a.Replayed:
		return fmt.Appendf(nil, "%s replayed %d", a.ID, a.Order.Version)
	}
	return fmt.Appendf(nil, "%s done %d", a.ID, a.Order.Version)
}

// A delivery is a message in a test, and what was sent because of it.
type delivery struct {
	m     inlet.Message
	sent  []string
	fails int // How many times sending fails at first.
}

func (d *delivery) Message() inlet.Message { return d.m }

func (d *delivery) Answer(_ context.Context, body []byte) error { return d.send(string(body)) }

func (d *delivery) Bury(_ context.Context, why inlet.Reason) error {
	return d.send("dead " + why.Code)
}

func (d *delivery) send(text string) error {
	if d.fails--; d.fails >= 0 {
		return errors.New("the broker is down")
	}
	d.sent = append(d.sent, text)
	return nil
}

// tokens accepts the tokens ann and shop, of a customer and of the shop, and knows nothing at first.
type tokens struct{ fails int }

func (t *tokens) Authenticate(_ context.Context, token string) (ports.Identity, error) {
	if t.fails--; t.fails >= 0 {
		return ports.Identity{}, ports.ErrUnavailable
	}
	scopes := map[string]string{"ann": "orders:write", "shop": "orders:manage"}
	if scopes[token] == "" {
		return ports.Identity{}, &ports.TokenError{Reason: "nobody knows it"}
	}
	return ports.Identity{
		Actor: ports.Actor{Subject: token, Issuer: "https://id"}, Scopes: []string{scopes[token]},
	}, nil
}

// unsteady is a store that fails at first.
type unsteady struct {
	ports.EventStore
	errs []error
}

func (u *unsteady) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if len(u.errs) == 0 {
		return u.EventStore.Append(ctx, past, c)
	}
	err := u.errs[0]
	u.errs = u.errs[1:]
	if errors.Is(err, ports.ErrOutcomeUnknown) {
		return errors.Join(err, u.EventStore.Append(ctx, past, c))
	}
	return err
}

type house struct {
	*inlet.Inlet
	store  *unsteady
	tokens *tokens
	log    strings.Builder
}

func newHouse() *house {
	h := &house{store: &unsteady{EventStore: memory.NewEventStore()}, tokens: &tokens{}}
	b := budget.New(budget.Default)
	h.Inlet = inlet.New(command.NewHandler(h.store, time.Now, b), format{message.Reader{
		Currency: "USD",
	}}, h.tokens, b, inlet.Config{
		Actor: "broker", Timeout: time.Second,
		Ignored: func(context.Context, []string, string) {},
	}, slog.New(slog.NewTextHandler(&h.log, nil)))
	return h
}

// serve serves a message and returns what was sent.
func (h *house) serve(t *testing.T, m inlet.Message) string {
	t.Helper()
	d := &delivery{m: m}
	if err := h.Serve(t.Context(), d); err != nil {
		t.Errorf("%v: %v", m, err)
	}
	return strings.Join(d.sent, ", ")
}

const newOrder = `{"userId":"ann","items":[{"sku":"s","qty":1,"price":2}]}`

// create creates an order by a message with an id, and returns the order's.
func (h *house) create(t *testing.T, id string) order.ID {
	t.Helper()
	m := inlet.Message{ID: id, Command: "create", Body: []byte(newOrder)}
	if got := h.serve(t, m); got != id+" done 1" {
		t.Fatalf("create: %s", got)
	}
	return h.last(t).OrderID
}

// last is the last commit that the log tells of.
func (h *house) last(t *testing.T) (last ports.Commit) {
	t.Helper()
	at := strings.LastIndex(h.log.String(), "orderId=")
	id, _, _ := strings.Cut(h.log.String()[at+len("orderId="):], " ")
	err := h.store.Read(t.Context(), order.ID(id), 0, func(c ports.Commit) error {
		last = c
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

func TestAMessageIsACommand(t *testing.T) {
	h := newHouse()
	id := h.create(t, "m1")
	confirm := inlet.Message{
		ID: "m2", Command: "confirm", OrderID: id, RequestID: "r",
		Traceparent: "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
	}
	if got := h.serve(t, confirm); got != "m2 done 2" {
		t.Error(got)
	}
	c := h.last(t)
	if c.Key != "m2" || c.RequestID != "r" || c.Traceparent != confirm.Traceparent ||
		c.Actor != (ports.Actor{Subject: "broker", Issuer: inlet.Issuer}) {
		t.Errorf("it recorded %+v", c)
	}
	if got := h.serve(t, confirm); got != "m2 replayed 2" {
		t.Errorf("again: %s", got)
	}
	confirm.Command, confirm.Body = "hold", []byte(`{"reason":"fraud"}`)
	if got := h.serve(t, confirm); got != "m2 idempotency-key-reused" {
		t.Errorf("with another command: %s", got)
	}
	confirm.ID, confirm.RequestID = "m3", ""
	if got := h.serve(t, confirm); got != "m3 done 3" || h.last(t).RequestID != "m3" {
		t.Errorf("without a request id: %s, %+v", got, h.last(t))
	}
}

// What can be read is answered, what cannot is a dead letter.
func TestRefusalsAndDeadLetters(t *testing.T) {
	h := newHouse()
	id := h.create(t, "m1")
	for _, tt := range []struct {
		m    inlet.Message
		want string
	}{
		{inlet.Message{ID: "a", Command: "confirm", OrderID: order.MakeID(make([]byte, 17))},
			"a order-not-found"},
		{inlet.Message{ID: "b", Command: "confirm", OrderID: "x"}, "b order-not-found"},
		{inlet.Message{ID: "c", Command: "confirm"}, "c validation-failed"},
		{inlet.Message{ID: "d", Command: "create", OrderID: id, Body: []byte(newOrder)},
			"d validation-failed"},
		{inlet.Message{ID: "e", Command: "shipItems", OrderID: id, Body: []byte(`{}`)},
			"e validation-failed"},
		{inlet.Message{ID: "f", Command: "hold", OrderID: id, Body: []byte(`{"reson":"fraud"}`)},
			"f validation-failed"},
		{inlet.Message{ID: "g", Command: "complete", OrderID: id}, "g command-not-allowed"},
		{inlet.Message{Command: "confirm", OrderID: id, Replies: true}, "dead message-without-id"},
		{inlet.Message{ID: "ü", Command: "confirm", OrderID: id}, "dead message-without-id"},
		{inlet.Message{ID: "h", Command: "delete", OrderID: id}, "dead command-unknown"},
		{inlet.Message{ID: "h", OrderID: id, Replies: true},
			"dead command-unknown, h command-unknown"},
		{inlet.Message{ID: "i", Command: "confirm", OrderID: id, Body: []byte(`{`)},
			"dead malformed-json"},
		{inlet.Message{ID: "j", Command: "confirm", OrderID: id, Body: []byte(`{`), Replies: true},
			"dead malformed-json, j malformed-json"},
		{inlet.Message{ID: "k", Command: "confirm", OrderID: id, Body: make([]byte, 1<<20+1)},
			"dead body-too-large"},
		{inlet.Message{ID: "l", Command: "confirm", OrderID: id, Flaw: "it has two types"},
			"dead message-unreadable"},
	} {
		if got := h.serve(t, tt.m); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.m, got, tt.want)
		}
	}
	if c := h.last(t); c.Version != 1 {
		t.Errorf("one of them changed the order: %+v", c)
	}
}

func TestTokens(t *testing.T) {
	h := newHouse()
	id := h.create(t, "m1")
	for i, tt := range []struct{ token, command, want string }{
		{"Bearer ann", "confirm", "done 2"},
		{"Bearer ann", "hold", "insufficient-scope"},
		{"Bearer eve", "confirm", "unauthenticated"},
		{"Basic ann", "confirm", "unauthenticated"},
		{"Bearer ", "confirm", "unauthenticated"},
		{"bearer shop", "hold", "done 3"},
	} {
		m := inlet.Message{
			ID: fmt.Sprint(i), Command: tt.command, OrderID: id, Authorization: tt.token,
		}
		if tt.command == "hold" {
			m.Body = []byte(`{"reason":"fraud"}`)
		}
		if got, want := h.serve(t, m), m.ID+" "+tt.want; got != want {
			t.Errorf("%+v: %s, want %s", tt, got, want)
		}
	}
	if a := h.last(t).Actor; a.Subject != "shop" || a.Issuer != "https://id" {
		t.Errorf("the actor is %+v", a)
	}
	m := inlet.Message{
		ID: "own", Command: "create", Authorization: "Bearer ann",
		Body: []byte(`{"items":[{"sku":"s","qty":1,"price":2}]}`),
	}
	if got := h.serve(t, m); got != "own done 1" {
		t.Errorf("a customer's own order: %s", got)
	}
	m.ID, m.Body = "other", []byte(strings.Replace(newOrder, "ann", "bob", 1))
	if got := h.serve(t, m); got != "other insufficient-scope" {
		t.Errorf("the order of another: %s", got)
	}
}

// An outage delays a message, and a broker that is down delays its answer. Neither doubles anything.
func TestOutagesAreOutlasted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		for range 100 {
			h.store.errs = append(h.store.errs, ports.ErrUnavailable)
		}
		h.store.errs = append(h.store.errs, ports.ErrOutcomeUnknown)
		h.tokens.fails = 3
		d := &delivery{
			m: inlet.Message{
				ID: "m", Command: "create", Body: []byte(newOrder), Authorization: "Bearer shop",
			},
			fails: 50,
		}
		begun := time.Now()
		if err := h.Serve(t.Context(), d); err != nil || !slices.Equal(d.sent, []string{"m replayed 1"}) {
			t.Errorf("it sent %q, %v", d.sent, err)
		}
		if took := time.Since(begun); took < 150*4*time.Second || took > 160*5*time.Second {
			t.Errorf("150 failures took %s", took)
		}
		if waits := strings.Count(h.log.String(), "messages wait"); waits < 10 || waits > 20 {
			t.Errorf("%d lines about waiting", waits)
		}
		if strings.Count(h.log.String(), "messages go on") == 0 {
			t.Error("no line says that it goes on")
		}
	})
}

// Whoever stops a service ends what waits, and the message stays unacknowledged.
func TestAStopEndsAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		for range 1000 {
			h.store.errs = append(h.store.errs, ports.ErrUnavailable)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		d := &delivery{m: inlet.Message{ID: "m", Command: "create", Body: []byte(newOrder)}}
		if err := h.Serve(ctx, d); !errors.Is(err, context.DeadlineExceeded) || d.sent != nil {
			t.Errorf("%v, sent %q", err, d.sent)
		}
	})
}

// What fails for good stops nobody.
func TestAPoisonMessageIsADeadLetter(t *testing.T) {
	h := newHouse()
	for _, err := range []error{ports.ErrUnreadable, errors.New("a bug")} {
		h.store.errs = []error{err}
		m := inlet.Message{ID: "m", Command: "create", Body: []byte(newOrder)}
		if got := h.serve(t, m); got != "dead internal" {
			t.Errorf("%v: %s", err, got)
		}
	}
	if !strings.Contains(h.log.String(), `msg="A command by message failed" messageId=m`) {
		t.Errorf("the log lacks it: %s", h.log.String())
	}
}
