package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"orders/domain/order"
)

func TestAnOrderIsCreatedAndRead(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		made := c.create(t)
		if !order.ID(made.id()).Valid() {
			t.Fatalf("order ID %q", made.id())
		}
		made.want(t, `"✅ Order created"`, "message")
		made.wantHeader(t, "Location", "/queries/orders/"+made.id())
		made.wantHeader(t, "ETag", `"1"`)
		c.shown(t, made)
		read := c.must(t, 200, "GET", made.header.Get("Location"), "")
		for field, want := range map[string]string{
			"orderId": `"` + made.id() + `"`, "userId": `"user_123"`, "status": `"CREATED"`,
			"totalAmount": `1198`, "currency": `"USD"`, "itemCount": `2`,
			"previewSkus": `["sku_mouse"]`, "version": `1`,
			"paymentStatus": `"NONE"`, "fulfillmentStatus": `"UNFULFILLED"`,
			"allowedCommands": `["changeItems","confirm","authorizePayment",` +
				`"capturePayment","hold","cancel"]`,
			"items": `[{"price":599,"qty":2,"sku":"sku_mouse"}]`,
		} {
			read.want(t, want, "order", field)
		}
		wantTime(t, read.at("order", "createdAt"))
		wantTime(t, read.at("order", "updatedAt"))
	})
}

func wantTime(t *testing.T, v any) {
	t.Helper()
	text := fmt.Sprint(v)
	if len(text) != len("2026-11-22T13:44:48.202Z") || !strings.HasSuffix(text, "Z") {
		t.Errorf("time %q, want exactly three decimals and Z", text)
	}
}

func TestAKeyMakesOneOrder(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		const path, key = "/commands/orders", "Idempotency-Key: key-1"
		first := c.create(t, key)
		again := c.must(t, 200, "POST", path, body, key)
		again.wantHeader(t, "Idempotent-Replayed", "true")
		if again.id() != first.id() {
			t.Errorf("order %s, want %s", again.id(), first.id())
		}
		other := strings.Replace(body, `"qty":2`, `"qty":3`, 1)
		c.must(t, 422, "POST", path, other, key)
		bob := c.must(t, 201, "POST", path, strings.Replace(body, "user_123", "bob", 1), key)
		if bob.id() == first.id() {
			t.Error("another user got the same order")
		}
		c.shown(t, first)
		if without := c.shown(t, c.create(t)); without == c.shown(t, c.create(t)) {
			t.Error("two orders without a key are one")
		}
		c.must(t, 200, "GET", "/queries/orders?userId=user_123", "").want(t, `3`, "count")
	})
}

func TestFiftyEqualRequestsMakeOneOrder(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		const callers = 50
		answers := make([]answer, callers)
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				answers[i], _ = c.send(t.Context(), "POST", "/commands/orders", body,
					"Idempotency-Key: fifty")
			})
		}
		all.Wait()
		count := map[int]int{}
		for _, a := range answers {
			count[a.status]++
			if a.id() != answers[0].id() {
				t.Errorf("order %s, want %s", a.id(), answers[0].id())
			}
		}
		if count[201] != 1 || count[200] != callers-1 {
			t.Errorf("statuses %v, want one 201 and %d times 200", count, callers-1)
		}
		c.shown(t, answers[0])
		c.must(t, 200, "GET", "/queries/orders", "").want(t, `1`, "count")
	})
}

func TestTheNewestComeFirst(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		var last string
		for range 51 {
			last = c.shown(t, c.create(t))
		}
		list := c.must(t, 200, "GET", "/queries/orders", "")
		list.want(t, `50`, "count")
		orders, _ := list.at("orders").([]any)
		if len(orders) != 50 {
			t.Fatalf("%d orders, want 50", len(orders))
		}
		var previous string
		found := false
		for _, o := range orders {
			o, _ := o.(map[string]any)
			now := fmt.Sprint(o["createdAt"], o["orderId"])
			if previous != "" && now > previous {
				t.Errorf("%s comes after %s", now, previous)
			}
			previous, found = now, found || o["orderId"] == last
		}
		if !found {
			t.Error("the newest order is not in the list")
		}
		c.must(t, 200, "GET", "/queries/orders?userId=nobody", "").want(t, `[]`, "orders")
		c.must(t, 200, "GET", "/queries/orders?userId=", "").want(t, `50`, "count")
	})
}

func TestConfirmAndCancel(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		id := c.create(t).id()
		path := "/commands/orders/" + id
		for range 2 { // The second adds nothing.
			done := c.must(t, 200, "POST", path+"/confirm", "")
			done.want(t, `2`, "version")
			done.want(t, `"CONFIRMED"`, "status")
		}
		const why = `{"reason":"customer","note":"too late"}`
		for range 2 {
			done := c.must(t, 200, "POST", path+"/cancel", why)
			done.want(t, `3`, "version")
			done.want(t, `"CANCELLED"`, "status")
			c.shown(t, done)
		}
		refused := c.must(t, 409, "POST", path+"/confirm", "{}")
		refused.want(t, `"CANCELLED"`, "currentStatus")
		refused.want(t, `[]`, "allowedCommands")
		read := c.must(t, 200, "GET", "/queries/orders/"+id, "")
		read.want(t, `"CANCELLED"`, "order", "status")
		read.want(t, `{"note":"too late","reason":"customer"}`, "order", "cancellation")
		unknown := "/commands/orders/" + string(order.MakeID(make([]byte, 17)))
		c.must(t, 404, "POST", unknown+"/confirm", "").want(t, `"❌ Order not found"`, "message")
		c.must(t, 404, "POST", unknown+"/cancel", why)
		c.must(t, 404, "GET", "/queries/orders/42", "").want(t, `"❌ Order not found"`, "message")
	})
}

func TestMoneyIsExact(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		const three = `{"userId":"ann","items":[{"sku":"a","qty":3,"price":0.1}]}`
		made := c.must(t, 201, "POST", "/commands/orders", three)
		read := c.shows(t, made)
		if got := read.at("order", "totalAmount"); got != json.Number("0.3") {
			t.Errorf("0.1 × 3 is %v", got)
		}
		odd := strings.Replace(three, "0.1", "10.999", 1)
		c.must(t, 400, "POST", "/commands/orders", odd).want(t, `["items",0,"price"]`,
			"issues", "0", "path")
	})
}

func TestItAnswersAtOnceIfAsked(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		made := c.create(t, "Prefer: respond-async")
		made.wantHeader(t, "Preference-Applied", "respond-async")
		if made.header.Get("X-Request-ID") == "" {
			t.Error("there is no X-Request-ID")
		}
	})
}

func TestServicePages(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		c.must(t, 200, "GET", "/health", "").want(t, `true`, "ok")
		c.must(t, 200, "GET", "/openapi.json", "").want(t, `"3.1.0"`, "openapi")
		c.http.CheckRedirect = func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}
		root, err := c.send(t.Context(), "GET", "/", "")
		if err != nil || root.status/100 != 3 || root.header.Get("Location") != "docs" {
			t.Errorf("/ leads to %q with %d, %v", root.header.Get("Location"), root.status, err)
		}
	})
}
