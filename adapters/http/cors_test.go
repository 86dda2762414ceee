package http_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"orders/adapters/http"
)

const (
	shop    = "https://shop.example"
	another = "http://localhost:5173"
)

func sharing(t *testing.T, origins ...string) *listener {
	t.Helper()
	return listenAs(t, http.Config{Address: "127.0.0.1:0", Origins: origins}, nil)
}

// shares wants the answer to be one that a page of the origin may read; of "" that none may.
func (a answer) shares(t *testing.T, origin string) {
	t.Helper()
	a.header(t, "Access-Control-Allow-Origin", origin)
	exposed := a.Header.Get("Access-Control-Expose-Headers")
	for _, name := range []string{
		"ETag", "Location", "Link", "Idempotent-Replayed", "Preference-Applied", "Retry-After",
		"RateLimit", "RateLimit-Policy", "WWW-Authenticate", "X-Request-ID",
	} {
		if strings.Contains(exposed, name) != (origin != "") {
			t.Errorf("exposed are %q", exposed)
		}
	}
	a.header(t, "Access-Control-Allow-Credentials", "")
	if !strings.HasPrefix(a.Header.Get("Vary"), "Origin") {
		t.Errorf("Vary is %q", a.Header.Values("Vary"))
	}
}

func TestNoPageReadsWhatIsForOperators(t *testing.T) {
	l := sharing(t, "*")
	for _, path := range []string{"/admin/projections", "/ADMIN/projections"} {
		l.raw(t, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: "+shop+
			"\r\n\r\n").
			header(t, "Access-Control-Allow-Origin", "")
	}
}

func TestPagesOfConfiguredOriginsReadAllAnswers(t *testing.T) {
	l := sharing(t, shop, another)
	id := l.order(t)
	for _, origin := range []string{shop, another} {
		for path, status := range map[string]int{
			show: 200, show + "/" + id: 200, show + "/x": 404, "/nowhere": 404, "/livez": 200,
			show + "?limit=0": 400, "/openapi.json": 200, "/docs": 200,
		} {
			a := l.ask(t, "GET", path, "", "Origin", origin)
			a.is(t, status)
			a.shares(t, origin)
		}
		a := l.ask(t, "GET", show+"/"+id, "", "Origin", origin, "If-None-Match", `"1"`)
		a.is(t, 304)
		a.shares(t, origin)
		a = l.ask(t, "POST", place, "{}", "Origin", origin)
		a.is(t, 400)
		a.shares(t, origin)
		a = l.ask(t, "DELETE", place, "", "Origin", origin)
		a.is(t, 405)
		a.shares(t, origin)

		a = l.raw(t, strings.Replace(posting, "Host", "Origin: "+origin+"\r\nHost", 1)+
			"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
		a.is(t, 413)
		a.shares(t, origin)
		stream := l.open(t, show+"/"+id+"/stream", "Origin", origin)
		answer{Response: stream.Response}.shares(t, origin)
	}
}

func TestNoOtherPageReadsAnything(t *testing.T) {
	for _, origins := range [][]string{nil, {shop}, {"*"}} {
		l := sharing(t, origins...)
		for _, origin := range []string{
			"null", "https://shop.example.evil.example", "http://shop.example", shop + ":8443",
			"https://SHOP.example", shop + "/", "https://evil.example",
		} {
			want := ""
			if slices.Contains(origins, "*") && origin != "null" {
				want = "*"
			}
			a := l.ask(t, "GET", show, "", "Origin", origin)
			a.is(t, 200)
			preflight := l.ask(t, "OPTIONS", place, "", "Origin", origin,
				"Access-Control-Request-Method", "POST")
			preflight.is(t, 204)
			preflight.header(t, "Access-Control-Allow-Origin", want)
			if origins == nil {
				for name := range a.Header {
					if strings.HasPrefix(name, "Access-Control") || name == "Vary" {
						t.Errorf("%s: %s", name, a.Header.Get(name))
					}
				}
				continue
			}
			a.shares(t, want)
		}
		req := httptest.NewRequestWithContext(t.Context(), "GET", show, nil)
		req.Header["Origin"] = []string{shop, shop}
		res, err := l.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		read(t, res).header(t, "Access-Control-Allow-Origin", "")
	}
}

// Without an Origin an answer to "*" is the same, for caches may keep it for pages.
func TestEveryOrigin(t *testing.T) {
	l := sharing(t, "*")
	l.ask(t, "GET", show, "").shares(t, "*")
	a := l.raw(t, "GET / HTTP/1.1\r\nX y: z\r\n\r\n")
	a.is(t, 400)
	a.shares(t, "*")
}

func TestPreflights(t *testing.T) {
	l := sharing(t, shop)
	for _, path := range []string{place, place + "/x/cancel", show, "/nowhere", show + "/stream"} {
		for _, method := range []string{"POST", "GET", "DELETE"} {
			a := l.ask(t, "OPTIONS", path, "", "Origin", shop,
				"Access-Control-Request-Method", method,
				"Access-Control-Request-Headers", "content-type,idempotency-key")
			a.is(t, 204)
			a.shares(t, shop)
			a.header(t, "Access-Control-Allow-Methods", "GET, HEAD, POST")
			a.header(t, "Access-Control-Allow-Headers", "Authorization, Content-Type, "+
				"Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, "+
				"Traceparent, Tracestate, X-Request-ID")
			a.header(t, "Access-Control-Max-Age", "600")
		}
	}
	// Without what makes it one, it is any OPTIONS.
	a := l.ask(t, "OPTIONS", place, "", "Origin", shop)
	a.is(t, 204)
	a.header(t, "Access-Control-Allow-Methods", "")
	a.header(t, "Allow", "POST, OPTIONS")
	l.ask(t, "OPTIONS", "/nowhere", "", "Access-Control-Request-Method", "GET").is(t, 404)
}
