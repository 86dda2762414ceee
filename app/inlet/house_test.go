package inlet_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
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

// tokens accepts the tokens ann and shop, of a customer and of the shop, but fails at first.
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
