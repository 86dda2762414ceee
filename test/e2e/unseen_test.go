package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orders/test/issuer"
	"orders/test/mongotest"
)

const bobsOrder = `{"userId":"bob","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`

// longOrder is an order of bob's with more commits than a first batch has, made under the keys
// "create" and "0" to "10".
func longOrder(t *testing.T, c client) (id string) {
	t.Helper()
	made := c.must(t, 201, "POST", "/commands/orders", bobsOrder, "Idempotency-Key: create")
	for n := range 11 {
		c.must(t, 200, "POST", "/commands/orders/"+made.id()+"/payments/capture",
			fmt.Sprintf(`{"paymentId":"p-%d","amount":1}`, n), fmt.Sprint("Idempotency-Key: ", n))
	}
	return made.id()
}

// turnedOn starts a service that needs no tokens, makes a longOrder, and starts it again with
// tokens. No projector asks the database meanwhile.
func turnedOn(t *testing.T, uri string) (
	c client, id string, bearer func(subject, scope string) string,
) {
	t.Helper()
	i := issuer.New(t)
	env := []string{"WRITE_STORE=mongo", "READ_STORE=mongo", "MONGODB_URI=" + uri}
	open := start(t, env...)
	id = longOrder(t, open.client)
	open.kill()
	guarded := start(t, append(env, "AUTH=jwt", "AUTH_ISSUER="+i.URL,
		"AUTH_AUDIENCE="+issuer.Audience, "ROLES=command,query")...)
	return guarded.client, id, func(subject, scope string) string {
		return "Authorization: Bearer " + i.Token(subject, scope)
	}
}

var unseen = []struct{ method, path, body string }{
	{"POST", "/commands/orders/%s/confirm", ""},
	{"POST", "/commands/orders/%s/confirm?dryRun=true", ""},
	{"POST", "/commands/orders/%s/cancel", `{"reason":"customer"}`},
	{"POST", "/commands/orders/%s/items", `{"items":[{"sku":"a","qty":1,"price":1}]}`},
	{"GET", "/queries/orders/%s", ""},
	{"GET", "/queries/orders/%s/history", ""},
	{"GET", "/queries/orders/%s?atVersion=1", ""},
	{"GET", "/queries/orders/%s?minVersion=1", ""},
	{"GET", "/queries/orders/%s?minVersion=99", ""},
	{"GET", "/queries/orders/%s/history?cursor=AAkAAA", ""},
	{"GET", "/queries/orders/%s/stream", ""},
}

// What a database is asked does not tell whether a stranger has an order.
func TestAStrangersOrderIsReadLikeNone(t *testing.T) {
	uri := mongotest.URI(t)
	c, bobs, bearer := turnedOn(t, uri)
	ann := bearer("ann", "orders:write")
	const none = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"
	reads := func(method, path, body, id string) []string {
		asked := mongotest.Asked(t, uri, func() {
			c.must(t, 404, method, fmt.Sprintf(path, id), body, ann,
				"Idempotency-Key: 3", `If-Match: "2"`)
		})
		return slices.DeleteFunc(asked, func(what string) bool {
			return !strings.Contains(what, " order_")
		})
	}
	for _, tt := range unseen {
		unknown := reads(tt.method, tt.path, tt.body, none)
		foreign := reads(tt.method, tt.path, tt.body, bobs)
		if !slices.Equal(foreign, unknown) || len(unknown) != 1 {
			t.Errorf("%s asks for %q, of an unknown order for %q", tt.path, foreign, unknown)
		}
	}
}

// A retry gets its first answer also if it needs a token by then.
func TestKeysOutliveTheTurningOnOfTokens(t *testing.T) {
	c, id, bearer := turnedOn(t, mongotest.URI(t))
	for _, who := range []string{bearer("bob", "orders:write"), bearer("staff", "orders:manage")} {
		again := c.must(t, 200, "POST", "/commands/orders", bobsOrder, "Idempotency-Key: create",
			"Prefer: respond-async", who)
		again.wantHeader(t, "Idempotent-Replayed", "true")
		if again.id() != id {
			t.Errorf("a retry made %s, once %s", again.id(), id)
		}
	}
	c.must(t, 200, "POST", "/commands/orders/"+id+"/payments/capture",
		`{"paymentId":"p-3","amount":1}`, "Idempotency-Key: 3", bearer("staff", "orders:manage")).
		wantHeader(t, "Idempotent-Replayed", "true")
}
