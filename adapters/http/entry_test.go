package http_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/adapters/http/ratelimit"
	"orders/adapters/http/wire"
)

func guardedListener(t *testing.T, c http.Config) *listener {
	t.Helper()
	c.Address = "127.0.0.1:0"
	return serve(t, guardedAs(t, c, &tokens{}))
}

// Who may not ask is told so before the body comes, and the body is never read as a request.
func TestWhoIsRefusedSendsNoBody(t *testing.T) {
	l := guardedListener(t, http.Config{})
	lesser := "Authorization: Bearer " + tokenOf("ann", "orders:read") + "\r\n"
	for _, rest := range []string{
		"Content-Length: 1000000\r\n\r\n{", "Content-Length: 9000000\r\n\r\n{",
		inChunks + "fffff\r\n{",
		"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
		"Expect: 100-continue\r\n" + inChunks,
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(getting), getting),
	} {
		for sent, status := range map[string]int{"": 401, lesser: 403} {
			all := l.exchange(t, post+sent+rest, "POST")
			if len(all) != 1 || all[0].StatusCode != status || !all[0].Close {
				t.Fatalf("%q got %v", sent+rest, all)
			}
			if all[0].Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%q: no WWW-Authenticate", sent+rest)
			}
		}
	}
}

// Whom it lets in, it asks for the body as ever, whatever the base path is.
func TestWhoIsLetInIsAskedForTheBody(t *testing.T) {
	for _, path := range []string{"", "/shop"} {
		l := guardedListener(t, http.Config{BasePath: "/shop"})
		c := l.dial(t, fmt.Sprintf("POST %s/commands/orders HTTP/1.1\r\nHost: x\r\n"+
			"Content-Type: application/json\r\nAuthorization: Bearer %s\r\nX-Request-ID: r\r\n"+
			"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", path,
			tokenOf("user_123", "orders:manage"), len(mouse)))
		answers(t, c, 1)[0].is(t, 100)
		fmt.Fprint(c, mouse+"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
		all := answers(t, c, 2)
		all[0].is(t, 201)
		all[0].header(t, "X-Request-ID", "r")
		all[1].is(t, 200)
		if n := len(l.log.requests(t)); n != 1 {
			t.Errorf("%d lines are logged, want 1", n)
		}
	}
	// What nobody serves is said at once.
	l := guardedListener(t, http.Config{})
	all := l.exchange(t, strings.Replace(post, place, "/nowhere", 1)+"Authorization: Bearer "+
		tokenOf("ann")+"\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", "POST")
	if len(all) != 1 || all[0].StatusCode != 404 {
		t.Errorf("got %v", all)
	}
}

// A probe may come with a body.
func TestABodyOfAnOpenOperation(t *testing.T) {
	l := guardedListener(t, http.Config{})
	c := l.dial(t, "GET /health HTTP/1.1\r\nHost: x\r\nAuthorization: Basic x\r\n"+
		"Content-Length: 2\r\n\r\n{}GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
	for _, a := range answers(t, c, 2) {
		a.is(t, 200)
	}
}

// Pages of configured origins read why they are refused, and may send a token.
func TestPagesReadRefusals(t *testing.T) {
	s := guardedAs(t, http.Config{Origins: []string{shop}}, &tokens{})
	for status, headers := range map[int][]string{401: nil, 403: as("user_123")} {
		a := s.ask(t, "POST", place, mouse, append(headers, "Content-Type", "application/json",
			"Origin", shop)...)
		a.is(t, status)
		a.shares(t, shop)
		a.header(t, "WWW-Authenticate", a.Header.Get("WWW-Authenticate"))
	}
	a := s.ask(t, "OPTIONS", place, "", "Origin", shop, "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "authorization")
	a.is(t, 204)
	a.shares(t, shop)
}

// What no rule is for keeps the server from starting.
func TestWhatHasNoRuleDoesNotStart(t *testing.T) {
	guests := fx.Supply(fx.Annotate(addUnruled, fx.ResultTags(`group:"operations"`)))
	nothing := func(*fiber.Ctx) error { return nil }
	for want, tt := range map[string]struct {
		more fx.Option
		add  func(*http.Server)
	}{
		`app/access/table.go has no rule for the operation "unruled"`: {
			guests, func(*http.Server) {},
		},
		"the route GET /raw is not of an operation": {fx.Options(), func(s *http.Server) {
			s.App().Get("/raw", nothing)
		}},
		"the route OPTIONS / is not of an operation": {fx.Options(), func(s *http.Server) {
			s.App().Use(nothing)
		}},
		"the route POST /x is not of an operation": {fx.Options(), func(s *http.Server) {
			s.App().Group("/x").Post("", nothing)
		}},
	} {
		var s *http.Server
		app := application("127.0.0.1:0", &lines{}, &s, tt.more)
		if s != nil {
			tt.add(s)
		}
		err := app.Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want %q in one line", err, want)
		}
		_ = app.Stop(context.Background())
	}
}

// addUnruled adds an operation that nobody has decided on.
func addUnruled(api huma.API) {
	op := wire.Get("/queries/unruled", "unruled", "", wire.Response("None."), 500)
	huma.Register(api, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}

// A request whose client waits to be asked for its body is asked for its token once, and counts as
// one.
func TestARehearsalAsksOnce(t *testing.T) {
	f := &tokens{}
	c := http.Config{Address: "127.0.0.1:0", BasePath: "/shop", Origins: []string{shop}}
	c.Limits.Rates[ratelimit.Commands] = ratelimit.Policy{Quota: 5, Window: time.Hour, Burst: 5}
	l := serve(t, guardedAs(t, c, f))
	conn := l.dial(t, fmt.Sprintf("POST /shop%s HTTP/1.1\r\nHost: x\r\nOrigin: %s\r\n"+
		"Content-Type: application/json\r\nAuthorization: Bearer %s\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", place, shop,
		tokenOf("user_123", "orders:write"), len(mouse)))
	answers(t, conn, 1)[0].is(t, 100)
	fmt.Fprint(conn, mouse)
	a := answers(t, conn, 1)[0]
	a.is(t, 201)
	a.shares(t, shop)
	if all := a.Header.Values("Vary"); fmt.Sprint(all) != "[Origin Authorization]" {
		t.Errorf("Vary is %q", all)
	}
	if n := f.asked.Load(); n != 1 {
		t.Errorf("%d tokens were looked at", n)
	}
	if left := a.Header.Get("RateLimit"); !strings.Contains(left, "r=4") {
		t.Errorf("RateLimit is %q", left)
	}
}
