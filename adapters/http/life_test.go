package http_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// do asks for a command on the order and wants it done.
func (s *service) do(t *testing.T, id, command, body string) answer {
	t.Helper()
	a := s.ask(t, "POST", place+"/"+id+"/"+command, body)
	a.is(t, 200)
	return a
}

// shipped places an order, which is paid and shipped, and returns its id.
func (s *service) shipped(t *testing.T) string {
	t.Helper()
	id := s.order(t)
	s.do(t, id, "payments/capture", `{"paymentId":"p","amount":1198}`)
	s.do(t, id, "confirm", "")
	s.do(t, id, "shipments", `{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":2}]}`)
	return id
}

// life is one, with what each answer says.
var life = []struct{ command, body, message, status, payment, fulfillment string }{
	{
		"items", `{"items":[{"sku":"a","qty":2,"price":10.5},{"sku":"b","qty":1,"price":4}]}`,
		"✅ Items changed", "CREATED", "NONE", "UNFULFILLED",
	},
	{
		"payments/authorize", `{"paymentId":"p","amount":20}`,
		"✅ Payment authorized", "CREATED", "AUTHORIZED", "UNFULFILLED",
	},
	{"confirm", "", "✅ Order confirmed", "CONFIRMED", "AUTHORIZED", "UNFULFILLED"},
	{
		"payments/capture", `{"paymentId":"p","captureId":"c","amount":20.00}`,
		"✅ Payment captured", "CONFIRMED", "PARTIALLY_PAID", "UNFULFILLED",
	},
	{
		"payments/capture", `{"paymentId":"q","captureId":"","amount":5}`,
		"✅ Payment captured", "CONFIRMED", "PAID", "UNFULFILLED",
	},
	{
		"shipments", `{"shipmentId":"s","items":[{"sku":"a","qty":2}]}`,
		"✅ Items shipped", "CONFIRMED", "PAID", "PARTIALLY_SHIPPED",
	},
	{
		"shipments", `{"shipmentId":"r","items":[{"sku":"b","qty":1}]}`,
		"✅ Items shipped", "CONFIRMED", "PAID", "SHIPPED",
	},
	{"deliveries", `{"shipmentId":"s"}`, "✅ Shipment delivered", "CONFIRMED", "PAID", "SHIPPED"},
	{
		"deliveries", `{"shipmentId":"r"}`,
		"✅ Shipment delivered", "CONFIRMED", "PAID", "DELIVERED",
	},
	{"complete", "{}", "✅ Order completed", "COMPLETED", "PAID", "DELIVERED"},
	{
		"payments/refund", `{"paymentId":"p","refundId":"r1","amount":0.01}`,
		"✅ Payment refunded", "COMPLETED", "PARTIALLY_REFUNDED", "DELIVERED",
	},
}

func TestTheLifeOfAnOrder(t *testing.T) {
	s := start(t)
	id := s.order(t)
	for n, tt := range life {
		for range 2 { // The second time nothing happens, and that is fine.
			a := s.do(t, id, tt.command, tt.body)
			a.header(t, "ETag", fmt.Sprintf(`"%d"`, n+2))
			a.has(t, fmt.Sprintf(`{"message":%q,"orderId":%q,"version":%d,"status":%q,`+
				`"paymentStatus":%q,"fulfillmentStatus":%q,"links":{"self":"/queries/orders/%[2]s"`,
				tt.message, id, n+2, tt.status, tt.payment, tt.fulfillment))
		}
	}
	shown := s.ask(t, "GET", show+"/"+id, "")
	shown.has(t, `"status":"COMPLETED","paymentStatus":"PARTIALLY_REFUNDED",`+
		`"fulfillmentStatus":"DELIVERED","totalAmount":25,`,
		`"payments":[{"paymentId":"p","authorized":20,"captured":20,"refunded":0.01,"voided":0,`+
			`"captures":[{"captureId":"c","amount":20}],"refunds":[{"refundId":"r1",`+
			`"amount":0.01}]},{"paymentId":"q","authorized":0,"captured":5,"refunded":0,`+
			`"voided":0,"captures":[{"captureId":"q","amount":5}],"refunds":[]}],`+
			`"shipments":[{"shipmentId":"s","items":[{"sku":"a","qty":2}],"delivered":true},`+
			`{"shipmentId":"r","items":[{"sku":"b","qty":1}],"delivered":true}]`,
		`"version":12,"allowedCommands":["refundPayment"]`)
	if strings.Contains(shown.text, "refundDue") || strings.Contains(shown.text, `"cancel`) {
		t.Errorf("shows what is not so: %s", shown.text)
	}
}

func TestCancellingVoidsAndOwes(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":1000}`)
	s.do(t, id, "payments/capture", `{"paymentId":"p","amount":100.5}`)
	s.do(t, id, "cancel", `{"reason":"fraud"}`)
	path := show + "/" + id
	s.ask(t, "GET", path, "").has(t,
		`"authorized":1000,"captured":100.5,"refunded":0,"voided":899.5`,
		`"cancellation":{"reason":"fraud"},"refundDue":100.5,`,
		`"allowedCommands":["refundPayment"]`)
	s.do(t, id, "payments/refund", `{"paymentId":"p","refundId":"r","amount":100.5}`)
	shown := s.ask(t, "GET", path, "")
	shown.has(t, `"paymentStatus":"REFUNDED"`)
	if strings.Contains(shown.text, "refundDue") {
		t.Errorf("nothing is due: %s", shown.text)
	}
}

// A refusal says which commands there are instead, unless the same one might do.
func TestRefusalsOfEveryCommand(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.do(t, id, "payments/capture", `{"paymentId":"p","amount":100}`)
	s.do(t, id, "payments/refund", `{"paymentId":"p","refundId":"r","amount":1}`)
	const allowed = `,"currentStatus":"CREATED","allowedCommands":` +
		`["confirm","authorizePayment","capturePayment","refundPayment","hold","cancel"]}`
	for _, tt := range []struct{ command, body, code string }{
		{"items", `{"items":[{"sku":"a","qty":1,"price":1}]}`, "payment-started"},
		{"payments/authorize", `{"paymentId":"p","amount":1}`, "id-reused"},
		{"payments/authorize", `{"paymentId":"z","amount":1198.01}`, "amount-exceeded"},
		{"payments/capture", `{"paymentId":"p","amount":99}`, "id-reused"},
		{"payments/capture", `{"paymentId":"z","amount":1098.01}`, "amount-exceeded"},
		{"payments/void", `{"paymentId":"p"}`, "nothing-held"},
		{"payments/void", `{"paymentId":"z"}`, "nothing-held"},
		{"payments/refund", `{"paymentId":"p","refundId":"r","amount":2}`, "id-reused"},
		{"payments/refund", `{"paymentId":"p","refundId":"s","amount":99.01}`, "amount-exceeded"},
		{"payments/refund", `{"paymentId":"z","refundId":"s","amount":1}`, "payment-unknown"},
		{"shipments", `{"shipmentId":"s","items":[{"sku":"a","qty":1}]}`, "command-not-allowed"},
		{"deliveries", `{"shipmentId":"s"}`, "command-not-allowed"},
		{"complete", "", "command-not-allowed"},
	} {
		a := s.ask(t, "POST", place+"/"+id+"/"+tt.command, tt.body)
		a.is(t, 409)
		ending := allowed
		if slices.Contains([]string{"id-reused", "amount-exceeded", "payment-unknown"}, tt.code) {
			ending = "}"
		}
		a.has(t, `"code":"`+tt.code+`","message":"`+headlines[tt.code]+`"`+ending)
	}
	if n := len(s.commits(t, id)); n != 3 {
		t.Errorf("%d commits, want 3", n)
	}
}

// headlines are the headlines of refusals.
var headlines = map[string]string{
	"payment-started": "❌ Command not allowed", "command-not-allowed": "❌ Command not allowed",
	"id-reused": "❌ Id used before", "amount-exceeded": "❌ Amount too large",
	"nothing-held": "❌ Nothing to void", "payment-unknown": "❌ Payment not found",
}

// A hold pays for what leaves, and is taken as it leaves, or lapses.
func TestShippingBeforeCapturing(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":1198}`)
	s.do(t, id, "confirm", "").has(t, `"shipItems":"/commands/orders/`+id+`/shipments"`,
		`"voidPayment":"/commands/orders/`+id+`/payments/void"`)
	one := func(shipment string) string {
		return `{"shipmentId":"` + shipment + `","items":[{"sku":"sku_mouse","qty":1}]}`
	}
	s.do(t, id, "shipments", one("s")).has(t, `"paymentStatus":"AUTHORIZED",`+
		`"fulfillmentStatus":"PARTIALLY_SHIPPED"`)
	s.do(t, id, "payments/capture", `{"paymentId":"p","captureId":"c","amount":599}`)
	for range 2 { // The second time nothing happens, and that is fine.
		s.do(t, id, "payments/void", `{"paymentId":"p"}`).has(t, `{"message":"✅ Payment voided",`,
			`"version":6,"status":"CONFIRMED","paymentStatus":"PARTIALLY_PAID"`)
	}
	s.refusesNow(t, id, "shipments", one("r"), "not-paid",
		`["authorizePayment","capturePayment","refundPayment","deliverShipment","hold"]`)
	s.do(t, id, "payments/authorize", `{"paymentId":"q","amount":599}`)
	s.do(t, id, "shipments", one("r"))
	s.do(t, id, "deliveries", `{"shipmentId":"s"}`)
	s.do(t, id, "deliveries", `{"shipmentId":"r"}`)
	s.refusesNow(t, id, "complete", "", "not-paid",
		`["capturePayment","voidPayment","refundPayment","hold"]`)
	s.do(t, id, "payments/capture", `{"paymentId":"q","amount":599}`)
	s.do(t, id, "complete", "")
	s.ask(t, "GET", show+"/"+id, "").has(t,
		`{"paymentId":"p","authorized":1198,"captured":599,"refunded":0,"voided":599,`)
	s.refusesNow(t, id, "payments/void", `{"paymentId":"q"}`, "command-not-allowed",
		`["refundPayment"]`)
}

// refusesNow wants the state of the order to forbid a command.
func (s *service) refusesNow(t *testing.T, id, command, body, code, allowed string) {
	t.Helper()
	a := s.ask(t, "POST", place+"/"+id+"/"+command, body)
	a.is(t, 409)
	a.has(t, `"code":"`+code+`"`, `"allowedCommands":`+allowed)
}

// unfit wants a command to be refused for what it carries, so that no other is named instead.
func (s *service) unfit(t *testing.T, id, command, body, code string) {
	t.Helper()
	a := s.ask(t, "POST", place+"/"+id+"/"+command, body)
	a.is(t, 409)
	a.has(t, `"code":"`+code+`"`)
	if a.json["allowedCommands"] != nil || a.json["currentStatus"] != nil {
		t.Errorf("the state is said to be at fault: %s", a.text)
	}
}

// Nobody pays twice for an order, nor for one that got its money back.
func TestWhatIsPaidIsNotHeldAgain(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.do(t, id, "confirm", "")
	s.do(t, id, "payments/capture", `{"paymentId":"p","amount":1198}`)
	s.refusesNow(t, id, "payments/authorize", `{"paymentId":"q","amount":1}`, "amount-exceeded",
		`["refundPayment","shipItems","hold","cancel"]`)
	s.do(t, id, "payments/refund", `{"paymentId":"p","refundId":"r","amount":1198}`)
	s.refusesNow(t, id, "shipments", `{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":1}]}`,
		"refunded", `["hold","cancel"]`)
}

func TestAKeyOnEveryCommand(t *testing.T) {
	for _, tt := range []struct{ command, body, other string }{
		{
			"items", `{"items":[{"sku":"a","qty":1,"price":1}]}`,
			`{"items":[{"sku":"a","qty":1,"price":2}]}`,
		},
		{"payments/authorize", `{"paymentId":"p","amount":1}`, `{"paymentId":"p","amount":2}`},
		{"payments/capture", `{"paymentId":"p","amount":1}`, `{"paymentId":"q","amount":1}`},
		{"payments/void", `{"paymentId":"held"}`, `{"paymentId":"p"}`},
		{"cancel", `{"reason":"staff"}`, `{"reason":"staff","note":"n"}`},
	} {
		s := start(t)
		id := s.order(t)
		version := 1
		if tt.command == "payments/void" {
			s.do(t, id, "payments/authorize", `{"paymentId":"held","amount":1}`)
			version = 2
		}
		path := place + "/" + id + "/" + tt.command
		first := s.ask(t, "POST", path, tt.body, "Idempotency-Key", "k")
		first.is(t, 200)
		first.header(t, "Idempotent-Replayed", "")
		again := s.ask(t, "POST", path, tt.body, "Idempotency-Key", "k", "If-Match", `"1"`)
		again.is(t, 200) // The key is looked at before the version.
		again.header(t, "Idempotent-Replayed", "true")
		again.header(t, "ETag", fmt.Sprintf(`"%d"`, version+1))
		s.ask(t, "POST", path, tt.other, "Idempotency-Key", "k").is(t, 422)
	}
}
