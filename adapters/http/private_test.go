package http_test

import (
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/adapters/http/customer"
	"orders/ports"
)

// Whatever becomes of a request, its line has no user's id.
func TestNoLineHasAUsersIDFromThePath(t *testing.T) {
	for _, roles := range []http.Config{{}, {WithoutQueries: true}} {
		for _, f := range []ports.Authenticator{nil, &tokens{}} {
			roles.Address, roles.Origins, roles.BasePath = "127.0.0.1:0", []string{shop}, "/shop"
			s := startAs(t, roles, func(p *http.Parts) {
				p.Tokens = f
				p.Operations = append(p.Operations, func(api huma.API) {
					customer.Add(api, noSums{})
				})
			})
			l := serve(t, s)
			for _, sent := range []string{
				"GET", "POST", "PUT", "OPTIONS", "BREW",
				"OPTIONS\nOrigin: " + shop + "\r\nAccess-Control-Request-Method: GET\r\n",
				"GET\nExpect: x\r\n", "GET\nExpect: 100-continue\r\nContent-Length: 2000000\r\n",
				"GET\nAuthorization: Bearer " + tokenOf("x", "orders:manage") + "\r\n",
			} {
				l.wantNoUser(t, sent)
			}
		}
	}
}

// wantNoUser sends a request of a method, and of headers if there are any.
func (l *listener) wantNoUser(t *testing.T, sent string) {
	t.Helper()
	method, headers, _ := strings.Cut(sent, "\n")
	for _, path := range []string{
		"/queries/users/ann@x.de/summary", "/shop/queries/users/ann@x.de/summary",
		"/Queries//Users/%61nn@x.de", "//queries/users/ann@x.de/summary?x=y",
		"http://y/queries/users/ann@x.de/summary",
	} {
		l.log.forget()
		l.exchange(t, method+" "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+headers+
			"\r\n", method)
		l.until(t, "it is logged", func() bool { return len(l.log.requests(t)) > 0 })
		if l.log.holds("x.de") {
			t.Errorf("%s %s: logged %v", sent, path, l.log.all(t))
		}
	}
}
