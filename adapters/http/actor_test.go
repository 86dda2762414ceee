package http_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

// cheap are the items of a new order, without its user.
const cheap = `"items":[{"sku":"sku_mouse","qty":1,"price":5}]}`

// A caller who places own orders alone need not name itself, and may name nobody else.
func TestWhoseANewOrderIs(t *testing.T) {
	ann, staff := as("ann", "orders:write"), as("staff", "orders:manage")
	for _, tt := range []struct {
		who    []string
		body   string
		status int
		says   string
	}{
		{ann, `{`, 201, `"userId":"ann"`},
		{ann, `{"userId":"ann",`, 201, `"userId":"ann"`},
		{ann, `{"userId":"bob",`, 403, `orders:manage`},
		{ann, `{"userId":"Ann",`, 403, `orders:manage`},
		{ann, `{"userId":"ann ",`, 403, `orders:manage`},
		{ann, `{"userId":"",`, 400, `must not be empty`},
		{ann, `{"userId":null,`, 400, `must be a string`},
		{ann, `{"userId":7,`, 400, `must be a string`},
		{ann, `{"user_id":"ann",`, 400, `did you mean userId?`},
		{as("ann", "orders:read"), `{`, 403, `orders:write`},
		{as("ann", "orders:admin"), `{`, 403, `orders:write`},
		{as(strings.Repeat("é", 129), "orders:write"), `{`, 400, `at most 128 characters`},
		{staff, `{`, 400, `is missing`},
		{staff, `{"userId":"bob",`, 201, `"userId":"bob"`},
		{staff, `{"userId":"staff",`, 201, `"userId":"staff"`},
	} {
		s := guarded(t)
		for _, dry := range []string{"?dryRun=true", ""} {
			a := s.ask(t, "POST", place+dry, tt.body+cheap,
				append(tt.who, "Prefer", "return=representation")...)
			if want := tt.status; a.StatusCode != want && (want != 201 || a.StatusCode != 200) ||
				!strings.Contains(a.text, tt.says) {
				t.Errorf("%s%s: %d %s; want %d, %s", tt.body, dry, a.StatusCode, a.text,
					tt.status, tt.says)
			}
		}
	}
	start(t).ask(t, "POST", place, `{`+cheap).has(t, "is missing")
}

// A user who is filled in is the same request as one who is named.
func TestAnAbsentUserIsFilledInBeforeTheKeyIsLookedAt(t *testing.T) {
	s := guarded(t)
	ann := append(as("ann", "orders:write"), "Idempotency-Key", "key")
	first := s.ask(t, "POST", place, `{`+cheap, ann...)
	first.is(t, 201)
	again := s.ask(t, "POST", place, `{"userId":"ann",`+cheap, ann...)
	again.is(t, 200)
	again.header(t, "Idempotent-Replayed", "true")
	if again.id() != first.id() {
		t.Errorf("orders %s and %s", first.id(), again.id())
	}
}

// commands are those of an order, by their paths, with a body for each.
var commandBodies = map[string]string{
	"items": `{` + cheap, "confirm": "", "cancel": `{"reason":"fraud"}`,
	"payments/authorize": `{"paymentId":"p","amount":1}`,
	"payments/capture":   `{"paymentId":"p","amount":1}`,
	"payments/void":      `{"paymentId":"p"}`,
	"payments/refund":    `{"paymentId":"p","refundId":"r","amount":1}`,
	"shipments":          `{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":1}]}`,
	"deliveries":         `{"shipmentId":"s"}`, "complete": "", "hold": `{"reason":"fraud"}`,
	"release": "",
}

// Commands on the order of another user are answered as on an unknown one, after the same reads.
func TestCommandsDoNotTellWhetherAnotherUserHasTheOrder(t *testing.T) {
	s, counted := guardedAndCounted(t)
	bobs := s.orderOf(t, "bob")
	bob, ann := as("bob", "orders:write"), as("ann", "orders:write")
	s.ask(t, "POST", place+"/"+bobs+"/items", `{`+cheap, append(bob, "Idempotency-Key", "k")...)
	before := len(s.commits(t, bobs))
	for path, body := range commandBodies {
		for _, dry := range []string{"", "?dryRun=true", "?dryRun=x"} {
			for _, header := range [][]string{
				nil, {"If-Match", `"2"`}, {"If-Match", `"9-w"`}, {"If-Match", "*"},
				{"Idempotency-Key", "k"}, {"Idempotency-Key", "new"}, {"Prefer", "respond-async"},
			} {
				for _, text := range []string{body, `{"x":1}`, `[`, `{"items":[],"reason":""}`} {
					what := fmt.Sprint(path, dry, header, text)
					counted.take()
					unknown := s.ask(t, "POST", place+"/"+nowhere+"/"+path+dry, text,
						append(ann, header...)...)
					wanted, _ := counted.take()
					foreign := s.ask(t, "POST", place+"/"+bobs+"/"+path+dry, text,
						append(ann, header...)...)
					made, commits := counted.take()
					foreign.isLike(t, what, unknown, bobs)
					if made != wanted || commits > 1 {
						t.Errorf("%s reads %q with %d commits, of an unknown order %q", what, made,
							commits, wanted)
					}
				}
			}
		}
	}
	if after := len(s.commits(t, bobs)); after != before {
		t.Errorf("%d commits, once %d", after, before)
	}
	// The test of the test: the owner's commands come through.
	s.ask(t, "POST", place+"/"+bobs+"/cancel", `{"reason":"customer"}`, bob...).is(t, 200)
}

// A subject that is too long for a userId can own no order; it can order for others.
func TestASubjectThatCanOwnNoOrder(t *testing.T) {
	s := guarded(t)
	long := strings.Repeat("a", 129)
	a := s.ask(t, "POST", place, `{`+cheap, as(long, "orders:write")...)
	a.is(t, 400)
	a.has(t, "the token's subject cannot be a userId")
	s.ask(t, "POST", place, `{"userId":"bob",`+cheap, as(long, "orders:manage")...).is(t, 201)
	s.ask(t, "POST", place, `{"userId":"bob",`+cheap, as("ann", "orders:write")...).
		has(t, "userId is another user's, which takes the scope orders:manage")
}

// Staff is not named to customers.
func TestAHistoryTellsWhoDidWhat(t *testing.T) {
	s := guarded(t)
	ann, staff := as("ann", "orders:write"), as("mia@example.com", "orders:manage")
	a := s.ask(t, "POST", place, `{`+cheap, ann...)
	a.is(t, 201)
	s.ask(t, "POST", place+"/"+a.id()+"/hold", `{"reason":"fraud"}`,
		append(staff, "X-Request-ID", "mia@corp-desk-7")...).is(t, 200)
	const (
		own    = `"actor":"ann","client":"shop","issuer":"` + tokensIssuer + `","requestId":`
		mia    = `"actor":"mia@example.com","client":"shop","issuer":"` + tokensIssuer + `"`
		hidden = `"actor":"(staff)","requestId":"","data":`
	)
	past := show + "/" + a.id() + "/history"
	toStaff := s.ask(t, "GET", past, "", staff...).text
	toAnn := s.ask(t, "GET", past, "", ann...).text
	if !strings.Contains(toStaff, own) || !strings.Contains(toStaff, mia) {
		t.Errorf("staff is shown %s", toStaff)
	}
	if !strings.Contains(toAnn, own) || !strings.Contains(toAnn, hidden) ||
		strings.Contains(toAnn, "mia") {
		t.Errorf("the customer is shown %s", toAnn)
	}
	for want, who := range map[string][]string{own: ann, mia: staff} {
		a := s.ask(t, "POST", place+"/"+a.id()+"/cancel?dryRun=true", `{"reason":"fraud"}`, who...)
		if !strings.Contains(a.text, want) {
			t.Errorf("a dry run shows %s, want %s", a.text, want)
		}
	}
}

// switched starts a service that needs tokens for those who have one.
func switched(t *testing.T) (*service, func(path, key, body string, who []string) answer) {
	t.Helper()
	s := start(t)
	off := s.Server
	s.parts.Tokens = &tokens{}
	on := http.New(http.Config{}, s.parts, slog.New(slog.DiscardHandler))
	return s, func(path, key, body string, who []string) answer {
		t.Helper()
		if s.Server = on; who == nil {
			s.Server = off
		}
		return s.ask(t, "POST", place+path, body, append(who, "Idempotency-Key", key)...)
	}
}

// The keys of before are found while callers have names, and those of then afterwards.
func TestKeysOutliveTheTurningOn(t *testing.T) {
	s, ask := switched(t)
	ann, staff := as("ann", "orders:write"), as("staff", "orders:manage")
	body := `{"userId":"ann",` + cheap
	first := ask("", "key", body, nil)
	first.is(t, 201)
	confirm := "/" + first.id() + "/confirm"
	ask(confirm, "confirm", "", nil).is(t, 200)
	for _, who := range [][]string{ann, staff, nil} {
		for path, key := range map[string]string{"": "key", confirm: "confirm"} {
			text := body
			if path != "" {
				text = ""
			}
			again := ask(path, key, text, who)
			again.header(t, "Idempotent-Replayed", "true")
			if again.id() != first.id() {
				t.Errorf("%q: %s", who, again.text)
			}
		}
	}
	hold := "/" + first.id() + "/hold"
	ask(hold, "hold", `{"reason":"fraud"}`, staff).is(t, 200)
	ask(hold, "hold", `{"reason":"fraud"}`, nil).header(t, "Idempotent-Replayed", "true")
	ask("/"+first.id()+"/cancel", "hold", `{"reason":"customer"}`, ann).is(t, 200)
	if got := s.commits(t, first.id()); len(got) != 4 || got[0].Actor != ports.Anonymous ||
		got[2].Actor.Subject != "staff" || got[3].Actor.Subject != "ann" {
		t.Errorf("%+v", got)
	}
}

// The document of a service that needs tokens says whose order needs no user.
func TestTheDocumentSaysWhoMayLeaveOutTheUser(t *testing.T) {
	for s, required := range map[*service]bool{start(t): true, guarded(t): false} {
		components := s.ask(t, "GET", "/openapi.json", "").json["components"].(object)
		schemas := components["schemas"].(object)
		text := fmt.Sprint(schemas["NewOrder"].(object)["required"])
		if strings.Contains(text, "userId") != required || !strings.Contains(text, "items") {
			t.Errorf("required are %s", text)
		}
	}
}
