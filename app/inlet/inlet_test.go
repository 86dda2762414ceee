package inlet_test

import (
	"fmt"
	"strings"
	"testing"

	"orders/app/inlet"
	"orders/domain/order"
	"orders/ports"
)

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

// An order that this program cannot read may be one that a newer program can: the message is kept.
func TestACommandOnAnUnreadableOrderIsADeadLetter(t *testing.T) {
	h := newHouse()
	unreadable := fmt.Errorf("commit 2: %w", ports.ErrUnreadable)
	h.store.errs = []error{unreadable, unreadable}
	m := inlet.Message{ID: "m1", Command: "create", Body: []byte(newOrder)}
	if got := h.serve(t, m); got != "dead order-unreadable" {
		t.Error(got)
	}
	m.Replies = true
	if got := h.serve(t, m); got != "dead order-unreadable, m1 order-unreadable" {
		t.Error(got)
	}
	if got := h.serve(t, m); got != "m1 done 1" {
		t.Errorf("a program that can read it: %s", got)
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
