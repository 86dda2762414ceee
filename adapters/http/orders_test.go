package http_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

func history(t *testing.T, store ports.EventStore, id string) []ports.Commit {
	t.Helper()
	stream, err := store.Load(t.Context(), order.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	return stream.Commits
}

func TestCreateAndRead(t *testing.T) {
	s := start(t)
	created := s.ask(t, "POST", place, mouse)
	created.is(t, 201)
	id := created.id()
	created.header(t, "Location", show+"/"+id)
	created.header(t, "ETag", `"1"`)
	created.header(t, "Idempotent-Replayed", "")
	created.has(t, `{"message":"✅ Order created","orderId":"`+id+`","version":1,`+
		`"status":"CREATED","paymentStatus":"NONE","fulfillmentStatus":"UNFULFILLED",`+
		`"links":{"self":"/queries/orders/`+id+`","changeItems":"/commands/orders/`+id+
		`/items","confirm":"/commands/orders/`+id+`/confirm",`+
		`"authorizePayment":"/commands/orders/`+id+`/payments/authorize",`+
		`"capturePayment":"/commands/orders/`+id+`/payments/capture",`+
		`"hold":"/commands/orders/`+id+`/hold","cancel":"/commands/orders/`+id+`/cancel"}}`)

	// It can be read at once, by the link, with every field.
	shown := s.ask(t, "GET", created.Header.Get("Location"), "")
	shown.is(t, 200)
	shown.header(t, "ETag", `"1"`)
	shown.header(t, "Content-Type", "application/json")
	want := `{"orderId":"` + id + `","userId":"user_123","status":"CREATED",` +
		`"paymentStatus":"NONE","fulfillmentStatus":"UNFULFILLED",` +
		`"totalAmount":1198,"currency":"USD","itemCount":2,"previewSkus":["sku_mouse"],` +
		`"items":[{"sku":"sku_mouse","qty":2,"price":599}],"payments":[],"shipments":[],` +
		`"createdAt":"2026-11-22T12:44:48.200Z","updatedAt":"2026-11-22T12:44:48.200Z",` +
		`"version":1,"allowedCommands":["changeItems","confirm","authorizePayment",` +
		`"capturePayment","hold","cancel"]}`
	if got := shown.text; got != `{"order":`+want+`}` {
		t.Errorf("shown\n%s, want\n%s", got, want)
	}

	listed := s.ask(t, "GET", show, "")
	listed.is(t, 200)
	if got := listed.text; got != `{"count":1,"orders":[`+want+`]}` {
		t.Errorf("listed\n%s, want\n%s", got, want)
	}
}

func TestConfirmAndCancel(t *testing.T) {
	s := start(t)
	id := s.order(t)
	commands := place + "/" + id

	for range 2 { // The second time nothing happens, and that is fine.
		confirmed := s.ask(t, "POST", commands+"/confirm", "")
		confirmed.is(t, 200)
		confirmed.header(t, "ETag", `"2"`)
		confirmed.header(t, "Idempotent-Replayed", "")
		confirmed.header(t, "Location", "")
		confirmed.has(t, `{"message":"✅ Order confirmed","orderId":"`+id+
			`","version":2,"status":"CONFIRMED",`)
	}
	for range 2 {
		cancelled := s.ask(t, "POST", commands+"/cancel", `{"reason":"staff","note":"so"}`)
		cancelled.is(t, 200)
		cancelled.has(t, `{"message":"✅ Order cancelled","orderId":"`+id+
			`","version":3,"status":"CANCELLED","paymentStatus":"NONE",`+
			`"fulfillmentStatus":"UNFULFILLED","links":{"self":"/queries/orders/`+id+`"}}`)
	}
	if n := len(s.commits(t, id)); n != 3 {
		t.Errorf("%d commits, want 3", n)
	}
	shown := s.ask(t, "GET", show+"/"+id, "")
	shown.has(t, `"status":"CANCELLED"`, `"cancellation":{"reason":"staff","note":"so"}`,
		`"version":3`, `"allowedCommands":[]`)
}

func TestARefusalTeaches(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.ask(t, "POST", place+"/"+id+"/cancel", `{"reason":"fraud"}`).is(t, 200)
	refused := s.ask(t, "POST", place+"/"+id+"/confirm", "")
	refused.is(t, 409)
	refused.header(t, "Content-Type", "application/problem+json")
	refused.has(t, `{"type":"about:blank","title":"Conflict","status":409,`+
		`"detail":"an order that is CANCELLED does not allow confirm",`+
		`"instance":"/commands/orders/`+id+`/confirm","code":"command-not-allowed",`+
		`"message":"❌ Command not allowed","currentStatus":"CANCELLED","allowedCommands":[]}`)
	again := s.ask(t, "POST", place+"/"+id+"/cancel", `{"reason":"staff"}`)
	again.is(t, 409)
	if n := len(s.commits(t, id)); n != 2 {
		t.Errorf("%d commits, want 2", n)
	}
}

func TestUnknownOrders(t *testing.T) {
	s := start(t)
	for _, id := range []string{
		nowhere, "42", "ord_", "ORD_AAAAAAAAAAAAAAAAAAAAAAAAAA", nowhere + "a", "%00", "%ff",
		"ord_aaaaaaaaaaaaaaaaaaaaaaaaa1", "ord_aaaaaaaaaaaaaaaaaaaaaaaaa%20", "a+b",
	} {
		for _, ask := range [][3]string{
			{"GET", show + "/" + id},
			{"POST", place + "/" + id + "/confirm"},
			{"POST", place + "/" + id + "/cancel", `{"reason":"staff"}`},
		} {
			a := s.ask(t, ask[0], ask[1], ask[2])
			a.is(t, 404)
			a.has(t, `"code":"order-not-found"`, `"message":"❌ Order not found"`)
		}
	}
}

// Nobody is asked for an order that cannot be.
func TestMalformedIDsGoNoFurther(t *testing.T) {
	failing := errors.New("asked")
	s := startWith(t, http.Config{},
		func(ports.EventStore) ports.EventStore { return broken{err: failing} },
		func(ports.Orders) ports.Orders { return gone{err: failing} })
	s.ask(t, "GET", show+"/42", "").is(t, 404)
	s.ask(t, "POST", place+"/42/confirm", "").is(t, 404)
	s.ask(t, "GET", show+"/"+nowhere, "").is(t, 500)
	s.ask(t, "POST", place+"/"+nowhere+"/confirm", "").is(t, 500)
}

func TestEscapedPathsAreRead(t *testing.T) {
	s := start(t)
	escaped := strings.Replace(s.order(t), "_", "%5F", 1)
	s.ask(t, "GET", show+"/"+escaped, "").is(t, 200)
	s.ask(t, "POST", place+"/"+escaped+"/confirm", "").is(t, 200)
}

func TestMoneyIsExact(t *testing.T) {
	s := start(t)
	for _, tt := range []struct{ currency, qty, price, total string }{
		{"USD", "3", "0.1", "0.3"},
		{"USD", "3", "1e-1", "0.3"},
		{"USD", "1", "10.990", "10.99"},
		{"USD", "1e3", "0.07", "70"},
		{"USD", "2.0", "1E2", "200"},
		{"USD", "1", "9999999999999.99", "9999999999999.99"},
		{"JPY", "3", "100", "300"},
		{"KWD", "3", "0.001", "0.003"},
	} {
		a := s.ask(t, "POST", place, item(tt.currency, tt.qty, tt.price))
		a.is(t, 201)
		shown := s.ask(t, "GET", a.Header.Get("Location"), "")
		shown.has(t, `"totalAmount":`+tt.total+`,"currency":"`+tt.currency+`"`)
	}
	for _, tt := range []struct{ currency, price string }{
		{"USD", "10.999"}, {"USD", "0.001"}, {"JPY", "0.5"}, {"KWD", "0.0001"},
		{"USD", "1e-400"},
	} {
		a := s.ask(t, "POST", place, item(tt.currency, "1", tt.price))
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["items",0,"price"],"message":"has more decimals than`)
	}
}

func item(currency, qty, price string) string {
	return fmt.Sprintf(`{"userId":"u","currency":%q,"items":[{"sku":"s","qty":%s,"price":%s}]}`,
		currency, qty, price)
}
