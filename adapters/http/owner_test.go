package http_test

import (
	"fmt"
	"maps"
	nethttp "net/http"
	"slices"
	"strings"
	"testing"
)

// orderOf places an order of a user, confirms it so that it has two versions, and returns its id.
func (s *service) orderOf(t *testing.T, user string) string {
	t.Helper()
	staff := as("staff", "orders:manage")
	a := s.ask(t, "POST", place, strings.Replace(mouse, "user_123", user, 1), staff...)
	a.is(t, 201)
	s.ask(t, "POST", place+"/"+a.id()+"/confirm", "", staff...).is(t, 200)
	return a.id()
}

// foreignQueries are the queries of one order, below its path, with what they read of an order that
// there is not.
var foreignQueries = map[string]string{
	"":                              "view",
	"?atVersion=1":                  "commits",
	"?atVersion=2":                  "commits",
	"?atVersion=99":                 "commits",
	"?minVersion=1":                 "commits",
	"?minVersion=%222-m%22":         "commits",
	"?minVersion=99":                "commits",
	"/history":                      "commits",
	"/history?limit=1":              "commits",
	"/history?cursor=AAIAAA":        "commits",
	"/history?cursor=AAkAAA":        "commits", // Behind its end.
	"/stream":                       "commits",
	"/stream?lastEventId=2-r":       "commits",
	"/%73tream":                     "",
	"?atVersion=1&minVersion=1":     "",
	"?atVersion=0":                  "",
	"?minVersion=%222-x%22":         "",
	"/history?limit=0":              "",
	"/history?cursor=x":             "",
	"/stream?lastEventId=1&other=1": "",
}

// The order of another user is answered as an unknown one, after the same reads.
func TestTheOrderOfAnotherUserIsAnUnknownOne(t *testing.T) {
	s, counted := guardedAndCounted(t)
	bobs := s.orderOf(t, "bob")
	for _, scope := range []string{"orders:read", "orders:write"} {
		for _, method := range []string{"GET", "HEAD"} {
			for below, want := range foreignQueries {
				for _, none := range []string{"", "*", `"2"`, `"2-r", "2-w", "2-m"`, `W/"2-r"`} {
					headers := append(as("ann", scope), "If-None-Match", none)
					what := fmt.Sprintf("%s %s of %s, If-None-Match %s", method, below, scope, none)
					counted.take()
					unknown := s.ask(t, method, show+"/"+nowhere+below, "", headers...)
					made, _ := counted.take()
					foreign := s.ask(t, method, show+"/"+bobs+below, "", headers...)
					again, commits := counted.take()
					foreign.isLike(t, what, unknown, bobs)
					if made != want || again != want || commits > 1 {
						t.Errorf("%s reads %q of an unknown order, and %q with %d commits; want %q",
							what, made, again, commits, want)
					}
					if want != "" {
						unknown.is(t, 404)
					}
				}
			}
		}
	}
}

// foreignCommands are commands on one order, below its path, with what they read of an order that
// there is not.
var foreignCommands = map[string]string{
	"/confirm": "commits", "/confirm?dryRun=true": "commits",
	"/cancel":                    "", // It lacks its body.
	`/cancel {"reason":"staff"}`: "commits", `/cancel?dryRun=true {"reason":"staff"}`: "commits",
	`/items {"items":[{"sku":"a","qty":1,"price":1}]}`: "commits",
	"/complete": "", "/release": "", "/hold": "", `/deliveries {"shipmentId":"s"}`: "",
}

// A command on the order of another user is answered as one on an unknown order.
func TestCommandsOnTheOrderOfAnotherUser(t *testing.T) {
	s, counted := guardedAndCounted(t)
	bobs := s.orderOf(t, "bob")
	for _, more := range [][]string{
		{}, {"If-Match", "*"}, {"If-Match", `"2-m"`}, {"If-Match", `"9"`}, {"If-Match", "x"},
		{"Idempotency-Key", "k"}, {"Prefer", "return=representation"},
	} {
		for below, want := range foreignCommands {
			path, body, _ := strings.Cut(below, " ")
			headers := append(as("ann", "orders:write"), more...)
			counted.take()
			unknown := s.ask(t, "POST", place+"/"+nowhere+path, body, headers...)
			made, _ := counted.take()
			foreign := s.ask(t, "POST", place+"/"+bobs+path, body, headers...)
			again, commits := counted.take()
			what := fmt.Sprintf("%s with %s", below, more)
			foreign.isLike(t, what, unknown, bobs)
			if unknown.StatusCode == 400 {
				want = ""
			}
			if made != want || again != want || commits > 1 {
				t.Errorf("%s reads %q of an unknown order, and %q with %d commits; want %q",
					what, made, again, commits, want)
			}
		}
	}
	if n := len(s.commits(t, bobs)); n != 2 {
		t.Errorf("the order has %d commits", n)
	}
}

// isLike checks that an answer is the one about an order that there is not, but for the id.
func (a answer) isLike(t *testing.T, what string, unknown answer, id string) {
	t.Helper()
	if text := strings.ReplaceAll(a.text, id, nowhere); text != unknown.text {
		t.Errorf("%s: %s\nof an unknown order: %s", what, text, unknown.text)
	}
	if a.StatusCode != unknown.StatusCode || !sameHeaders(a.Header, unknown.Header) {
		t.Errorf("%s: %d %v\nof an unknown order: %d %v", what, a.StatusCode, a.Header,
			unknown.StatusCode, unknown.Header)
	}
}

// sameHeaders compares all but the id of a request and its time.
func sameHeaders(a, b nethttp.Header) bool {
	a, b = maps.Clone(a), maps.Clone(b)
	for _, h := range []nethttp.Header{a, b} {
		h.Del("X-Request-Id")
		h.Del("Date")
	}
	return maps.EqualFunc(a, b, slices.Equal[[]string])
}

// The test of the test: those who may see the order are shown it by all that is asked above.
func TestOwnOrdersAreShown(t *testing.T) {
	s := guarded(t)
	bobs := s.orderOf(t, "bob")
	for _, who := range [][]string{
		as("bob", "orders:read"), as("bob", "orders:write"), as("staff", "orders:manage"),
	} {
		for below, reads := range foreignQueries {
			if isShown := reads != "" && !strings.Contains(below, "=99"); isShown {
				s.ask(t, "HEAD", show+"/"+bobs+below, "", who...).is(t, 200)
			}
		}
		s.ask(t, "GET", show+"/"+bobs+"?atVersion=99", "", who...).has(t, "version-unknown")
	}
}

// An own order can be read as soon as it was created, also where it is not shown yet.
func TestAnOwnNewOrderIsAwaited(t *testing.T) {
	s, counted := guardedAndCounted(t)
	anns := as("ann", "orders:write")
	a := s.ask(t, "POST", place, strings.Replace(mouse, "user_123", "ann", 1),
		append(anns, "Prefer", "respond-async")...)
	a.is(t, 201)
	counted.take()
	tag := strings.ReplaceAll(a.Header.Get("ETag"), `"`, "%22")
	shown := s.ask(t, "GET", show+"/"+a.id()+"?minVersion="+tag, "", anns...)
	shown.is(t, 200)
	shown.header(t, "ETag", `"1-w"`)
	if made, _ := counted.take(); made != "commits await view" {
		t.Errorf("it reads %s", made)
	}
}
