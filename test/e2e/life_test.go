package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// The order of these tests costs 1198 USD.

// step is a command on an order and what its answer says of the three statuses.
type step struct{ path, body, status, payment, fulfillment string }

var wholeLife = []step{
	{
		"items", `{"items":[{"sku":"sku_mouse","qty":1,"price":599},
			{"sku":"sku_cat","qty":2,"price":299.5}]}`, "CREATED", "NONE", "UNFULFILLED",
	},
	{
		"payments/authorize", `{"paymentId":"pay_0","amount":1198}`,
		"CREATED", "AUTHORIZED", "UNFULFILLED",
	},
	{"payments/void", `{"paymentId":"pay_0"}`, "CREATED", "VOIDED", "UNFULFILLED"},
	{
		"payments/authorize", `{"paymentId":"pay_1","amount":1000}`,
		"CREATED", "AUTHORIZED", "UNFULFILLED",
	},
	{"confirm", ``, "CONFIRMED", "AUTHORIZED", "UNFULFILLED"},
	{
		"payments/capture", `{"paymentId":"pay_1","amount":1000}`,
		"CONFIRMED", "PARTIALLY_PAID", "UNFULFILLED",
	},
	{
		"payments/capture", `{"paymentId":"pay_2","captureId":"cap_2","amount":198}`,
		"CONFIRMED", "PAID", "UNFULFILLED",
	},
	{
		"shipments", `{"shipmentId":"ship_1","items":[{"sku":"sku_cat","qty":2}]}`,
		"CONFIRMED", "PAID", "PARTIALLY_SHIPPED",
	},
	{
		"shipments", `{"shipmentId":"ship_2","items":[{"sku":"sku_mouse","qty":1}]}`,
		"CONFIRMED", "PAID", "SHIPPED",
	},
	{"deliveries", `{"shipmentId":"ship_1"}`, "CONFIRMED", "PAID", "SHIPPED"},
	{"deliveries", `{"shipmentId":"ship_2"}`, "CONFIRMED", "PAID", "DELIVERED"},
	{"complete", ``, "COMPLETED", "PAID", "DELIVERED"},
	{
		"payments/refund", `{"paymentId":"pay_2","refundId":"ref_1","amount":98}`,
		"COMPLETED", "PARTIALLY_REFUNDED", "DELIVERED",
	},
}

func (s step) want(t *testing.T, a answer, version int, path ...string) {
	t.Helper()
	a.want(t, fmt.Sprint(version), append(path, "version")...)
	a.want(t, `"`+s.status+`"`, append(path, "status")...)
	a.want(t, `"`+s.payment+`"`, append(path, "paymentStatus")...)
	a.want(t, `"`+s.fulfillment+`"`, append(path, "fulfillmentStatus")...)
}

func TestTheWholeLife(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		id := c.create(t).id()
		commands, query := "/commands/orders/"+id+"/", "/queries/orders/"+id
		for n, s := range wholeLife {
			key := fmt.Sprint("Idempotency-Key: step-", n)
			version := n + 2
			done := c.must(t, 200, "POST", commands+s.path, s.body, key)
			s.want(t, done, version)
			done.wantHeader(t, "ETag", fmt.Sprintf(`"%d"`, version))
			again := c.must(t, 200, "POST", commands+s.path, s.body, key)
			s.want(t, again, version)
			again.wantHeader(t, "Idempotent-Replayed", "true")
			repeated := c.must(t, 200, "POST", commands+s.path, s.body)
			repeated.want(t, fmt.Sprint(version), "version")
			s.want(t, c.shows(t, done), version, "order")
		}
		for n, s := range wholeLife { // As it was then.
			then := c.must(t, 200, "GET", fmt.Sprintf("%s?atVersion=%d", query, n+2), "")
			s.want(t, then, n+2, "order")
		}
		history := c.must(t, 200, "GET", query+"/history", "")
		events, _ := history.at("events").([]any)
		if len(events) != len(wholeLife)+1 {
			t.Fatalf("%d events, want %d", len(events), len(wholeLife)+1)
		}
		history.want(t, `"OrderCreated"`, "events", "0", "type")
		history.want(t, `"anonymous"`, "events", "0", "actor")
		history.want(t, `98`, "events", "13", "data", "amount")
		c.must(t, 409, "POST", commands+"cancel", `{"reason":"other"}`).
			want(t, `["refundPayment"]`, "allowedCommands")
	})
}

// What most shops do: the bank holds the money, it is taken as the parcel leaves.
var heldLife = []step{
	{
		"payments/authorize", `{"paymentId":"pay_1","amount":1198}`,
		"CREATED", "AUTHORIZED", "UNFULFILLED",
	},
	{"confirm", ``, "CONFIRMED", "AUTHORIZED", "UNFULFILLED"},
	{
		"shipments", `{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":1}]}`,
		"CONFIRMED", "AUTHORIZED", "PARTIALLY_SHIPPED",
	},
	{
		"payments/capture", `{"paymentId":"pay_1","captureId":"cap_1","amount":599}`,
		"CONFIRMED", "PARTIALLY_PAID", "PARTIALLY_SHIPPED",
	},
	{
		"shipments", `{"shipmentId":"ship_2","items":[{"sku":"sku_mouse","qty":1}]}`,
		"CONFIRMED", "PARTIALLY_PAID", "SHIPPED",
	},
	{
		"payments/capture", `{"paymentId":"pay_1","captureId":"cap_2","amount":599}`,
		"CONFIRMED", "PAID", "SHIPPED",
	},
	{"deliveries", `{"shipmentId":"ship_1"}`, "CONFIRMED", "PAID", "SHIPPED"},
	{"deliveries", `{"shipmentId":"ship_2"}`, "CONFIRMED", "PAID", "DELIVERED"},
	{"complete", ``, "COMPLETED", "PAID", "DELIVERED"},
}

func TestALifeOnAHold(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		id := c.create(t).id()
		for n, s := range heldLife {
			done := c.must(t, 200, "POST", "/commands/orders/"+id+"/"+s.path, s.body)
			s.want(t, done, n+2)
		}
	})
}

func TestCancellingVoidsAndShowsWhatIsDue(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		id := c.create(t).id()
		commands := "/commands/orders/" + id + "/"
		c.must(t, 200, "POST", commands+"payments/authorize", `{"paymentId":"p","amount":500}`)
		c.must(t, 200, "POST", commands+"payments/capture", `{"paymentId":"p","amount":200}`)
		read := c.shows(t, c.must(t, 200, "POST", commands+"cancel", `{"reason":"inventory"}`))
		read.want(t, `200`, "order", "refundDue")
		read.want(t, `300`, "order", "payments", "0", "voided")
		history := c.must(t, 200, "GET", "/queries/orders/"+id+"/history", "")
		history.want(t, `4`, "events", "3", "version")
		history.want(t, `4`, "events", "4", "version") // One commit, two events.
	})
}

func TestVersionsAreChecked(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		made := c.create(t)
		confirm := "/commands/orders/" + made.id() + "/confirm"
		c.must(t, 412, "POST", confirm, "", `If-Match: "3"`).wantHeader(t, "ETag", `"1"`)
		c.must(t, 200, "POST", confirm, "", `If-Match: "1"`, "Idempotency-Key: k")
		c.shown(t, c.must(t, 200, "POST", confirm, "", `If-Match: "1"`, "Idempotency-Key: k"))
		query := "/queries/orders/" + made.id()
		c.must(t, 304, "GET", query, "", `If-None-Match: "2"`)
		c.must(t, 200, "GET", query, "", `If-None-Match: "1"`)
	})
}

func TestADryRunWritesNothing(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		would := c.must(t, 200, "POST", "/commands/orders?dryRun=true", body)
		would.want(t, `1198`, "order", "totalAmount")
		would.want(t, `"OrderCreated"`, "events", "0", "type")
		c.must(t, 200, "GET", "/queries/orders", "").want(t, `0`, "count")
		id := c.shown(t, c.create(t))
		path := "/commands/orders/" + id + "/cancel?dryRun=true"
		would = c.must(t, 200, "POST", path, `{"reason":"fraud"}`)
		would.want(t, `"CANCELLED"`, "order", "status")
		c.must(t, 200, "GET", "/queries/orders/"+id, "").want(t, `1`, "order", "version")
	})
}

func TestPagesAreWalkedByTheirLinks(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		const orders = 23
		for range orders {
			c.shown(t, c.create(t))
		}
		seen := map[string]bool{}
		path, pages := "/queries/orders?userId=user_123&limit=5", 0
		for path != "" {
			page := c.must(t, 200, "GET", path, "")
			list, _ := page.at("orders").([]any)
			for n := range list {
				id := fmt.Sprint(page.at("orders", fmt.Sprint(n), "orderId"))
				if seen[id] {
					t.Errorf("order %s is on two pages", id)
				}
				seen[id] = true
			}
			path = next(page.header.Get("Link"))
			pages++
			c.create(t)
		}
		if len(seen) != orders || pages != 5 {
			t.Errorf("%d orders on %d pages, want %d on 5", len(seen), pages, orders)
		}
		for _, wrong := range []string{"cursor=x", "limit=0", "limit=251", "status=OPEN"} {
			c.must(t, 400, "GET", "/queries/orders?"+wrong, "")
		}
	})
}

// next takes the address out of a Link header.
func next(link string) string {
	address, rest, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	if !strings.Contains(rest, `rel="next"`) {
		return ""
	}
	return address
}

func TestASummaryFollows(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		const path = "/queries/users/user_123/summary"
		c.must(t, 200, "GET", path, "").want(t, `0`, "orders")
		id := c.create(t).id()
		c.create(t)
		commands := "/commands/orders/" + id + "/"
		c.must(t, 200, "POST", commands+"payments/capture", `{"paymentId":"p","amount":199.5}`)
		c.must(t, 200, "POST", commands+"cancel", `{"reason":"customer"}`)
		c.must(t, 200, "POST", commands+"payments/refund",
			`{"paymentId":"p","refundId":"r","amount":99.5}`)
		const want = `[{"currency":"USD","orders":2,"refunded":99.5,"spent":199.5}]`
		var summary answer
		// The summary has a projection of its own, and orders follow in any order.
		eventually(t, "the summary has both orders", func() bool {
			summary = c.must(t, 200, "GET", path, "")
			refunded := fmt.Sprint(summary.at("totals", "0", "refunded")) == "99.5"
			return refunded && fmt.Sprint(summary.at("orders")) == "2"
		})
		summary.want(t, want, "totals")
		summary.want(t, `2`, "orders")
		summary.want(t, `1`, "openOrders")
	})
}
