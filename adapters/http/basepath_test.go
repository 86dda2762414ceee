package http_test

import (
	"fmt"
	"strings"
	"testing"

	"orders/adapters/http"
)

// Behind a proxy that serves the API below a path, all that the API calls a path is one there; and
// it is also found there without the proxy.
func TestABasePath(t *testing.T) {
	s := startWith(t, http.Config{BasePath: "/shop"}, nil, nil)
	for _, below := range []string{"", "/shop"} {
		created := s.ask(t, "POST", below+place, mouse)
		created.is(t, 201)
		id := created.id()
		created.header(t, "Location", "/shop/queries/orders/"+id)
		created.has(t, `"links":{"self":"/shop/queries/orders/`+id+`",`+
			`"changeItems":"/shop/commands/orders/`+id+`/items",`)
		s.ask(t, "POST", below+place+"/"+id+"/confirm", "").has(t,
			`"self":"/shop/queries/orders/`+id+`"`,
			`"cancel":"/shop/commands/orders/`+id+`/cancel"`)
		again := s.ask(t, "GET", created.Header.Get("Location"), "")
		again.is(t, 200)

		s.order(t)
		page := s.ask(t, "GET", below+show+"?limit=1&userId=user_123", "")
		link, _, _ := strings.Cut(strings.TrimPrefix(page.Header.Get("Link"), "<"), ">")
		if !strings.HasPrefix(link, "/shop/queries/orders?cursor=") {
			t.Errorf("Link is %s", page.Header.Get("Link"))
		}
		s.ask(t, "GET", link, "").is(t, 200)
		s.ask(t, "GET", below+show+"/"+id+"/history", "").is(t, 200)

		s.ask(t, "GET", below+show+"/x", "").has(t, `"instance":"/shop/queries/orders/x"`)
		s.ask(t, "GET", below+"/x%2Fy", "").has(t, `"instance":"/shop/x/y"`)
		s.ask(t, "GET", below+"/", "").header(t, "Location", "/shop/docs")
		s.ask(t, "GET", below+"/docs", "").is(t, 200)
		s.ask(t, "GET", below+"/docs/swagger-ui.css", "").is(t, 200)
		s.ask(t, "GET", below+"/openapi.json", "").has(t, `"servers":[{"url":"/shop"}]`)
	}
	s.ask(t, "GET", "/shop", "").header(t, "Location", "/shop/docs")
	for _, beside := range []string{
		"/shops/livez", "/shoplivez", "/shop/shop/livez", "/Shop/livez", "/shop//livez",
	} {
		s.ask(t, "GET", beside, "").is(t, 404)
	}
}

// What operators ask for has one path, which a proxy can keep inside.
func TestTheAdminPathsAreNotBelowTheBasePath(t *testing.T) {
	s := startWith(t, http.Config{BasePath: "/shop"}, nil, nil)
	for _, path := range []string{
		"/shop/admin/projections", "/shop/Admin/projections", "/shop/%61dmin/projections",
	} {
		s.ask(t, "GET", path, "").has(t, `"code":"route-not-found"`)
	}
	doc := s.ask(t, "GET", "/openapi.json", "")
	for id, op := range operations(doc) {
		got, want := fmt.Sprint(op["servers"]), "<nil>"
		if id == "projections" || id == "subscriptions" {
			want = "[map[url:/]]"
		}
		if got != want {
			t.Errorf("the servers of %s are %s, want %s", id, got, want)
		}
	}
}

func TestWithoutABasePathNothingIsAdded(t *testing.T) {
	s := start(t)
	s.ask(t, "GET", "/shop/livez", "").is(t, 404)
	s.ask(t, "GET", "/openapi.json", "").has(t, `"servers":[{"url":"/"}]`)
}

// Whoever is refused before the request is understood reads the same path.
func TestABasePathInProtocolErrors(t *testing.T) {
	l := listenAs(t, http.Config{Address: "127.0.0.1:0", BasePath: "/shop"}, nil)
	for _, below := range []string{"", "/shop"} {
		a := l.raw(t, "POST "+below+"/commands/orders HTTP/1.1\r\n\r\n")
		a.is(t, 400)
		a.has(t, `"instance":"/shop/commands/orders"`)
	}
	for _, below := range []string{"", "/shop"} {
		a := l.exchange(t, "GET "+below+"/livez HTTP/1.0\r\n\r\n", "GET")[0]
		a.is(t, 200)
	}
}
