package http_test

import (
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"orders/adapters/http"
	"orders/adapters/http/forwarded"
)

// limits are those of a service behind the proxy from which tests ask.
func limits(t testing.TB, rates string) http.Config {
	t.Helper()
	l := http.Limits{Proxies: forwarded.Proxies{
		Header:  forwarded.XForwardedFor,
		Trusted: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")},
	}}
	if err := l.Rates.UnmarshalText([]byte(rates)); err != nil {
		t.Fatal(err)
	}
	return http.Config{Limits: l}
}

// isLimited wants a request to be one too many.
func (a answer) isLimited(t *testing.T, wait string) {
	t.Helper()
	a.is(t, 429)
	a.has(t, `"code":"rate-limited"`, `"status":429`)
	a.header(t, "Content-Type", "application/problem+json")
	a.header(t, "Retry-After", wait)
}

func TestCommandsAndQueriesAreLimitedApart(t *testing.T) {
	s := startWith(t, limits(t, "commands=2/h,queries=60/h:3"), nil, nil)
	for _, left := range []string{"1", "0"} {
		a := s.ask(t, "POST", place, mouse)
		a.is(t, 201)
		a.header(t, "RateLimit-Policy", `"commands";q=2;w=3600`)
		a.header(t, "RateLimit", `"commands";r=`+left+`;t=1800`)
	}
	a := s.ask(t, "POST", place, mouse)
	a.isLimited(t, "1800")
	a.header(t, "RateLimit-Policy", `"commands";q=2;w=3600`)
	a.header(t, "RateLimit", `"commands";r=0;t=1800`)

	// Whatever is asked for, it counts.
	s.ask(t, "HEAD", show, "").is(t, 200)
	s.ask(t, "GET", "/nowhere", "").is(t, 404)
	s.ask(t, "DELETE", show, "").is(t, 405)
	for _, path := range []string{show, "/QUERIES/orders", "/%71ueries/orders", "//nowhere", "/x"} {
		s.ask(t, "GET", path, "").isLimited(t, "60")
		s.ask(t, "POST", path, "{}").isLimited(t, "1800")
	}
	s.ask(t, "GET", show+"/stream", "").isLimited(t, "60")
}

func TestWhatIsNeverLimited(t *testing.T) {
	c := limits(t, "1/h")
	s := startAs(t, c, func(p *http.Parts) { p.Projections = behind })
	s.ask(t, "GET", show, "")
	for range 3 {
		for _, path := range []string{
			"/livez", "/health", "/docs", "/docs/swagger-ui.css", "/openapi.json",
			"/admin/projections",
		} {
			a := s.ask(t, "GET", path, "")
			a.is(t, 200)
			a.header(t, "RateLimit", "")
		}
		if a := s.ask(t, "OPTIONS", show, ""); a.StatusCode != 204 {
			t.Errorf("OPTIONS answers %d", a.StatusCode)
		}
	}
	s.ask(t, "GET", show, "").isLimited(t, "3600")
}

func TestWithoutLimitsNoAnswerSpeaksOfThem(t *testing.T) {
	s := start(t)
	for range 100 {
		a := s.ask(t, "GET", show, "")
		a.is(t, 200)
		a.header(t, "RateLimit", "")
		a.header(t, "RateLimit-Policy", "")
	}
}

// Whoever is limited costs no more than a head.
func TestTheBodyOfALimitedRequestIsNotRead(t *testing.T) {
	s := startWith(t, limits(t, "1/h"), nil, nil)
	s.ask(t, "POST", place, mouse).is(t, 201)
	s.ask(t, "POST", place, strings.Repeat(" ", 1<<20+1)).isLimited(t, "3600")
}

func TestAddressesAreLimitedApart(t *testing.T) {
	s := startWith(t, limits(t, "1/h"), nil, nil)
	from := func(address string) answer {
		return s.ask(t, "GET", show, "", "X-Forwarded-For", address)
	}
	from("198.51.100.7").is(t, 200)
	from("198.51.100.8").is(t, 200)
	from("2001:db8:1:2::1").is(t, 200)
	for _, again := range []string{
		"198.51.100.7", "203.0.113.9, 198.51.100.7", "198.51.100.7:4711", "2001:db8:1:2::2",
	} {
		from(again).isLimited(t, "3600")
	}
	both := []string{"Forwarded", "for=203.0.113.9", "X-Forwarded-For", "198.51.100.7"}
	s.ask(t, "GET", show, "", both...).isLimited(t, "3600")

	// The proxy itself, and whoever it says nothing about.
	s.ask(t, "GET", show, "").is(t, 200)
	s.ask(t, "GET", show, "", "Forwarded", "for=203.0.113.9").isLimited(t, "3600")
	from("unknown").isLimited(t, "3600")
}

// Subjects are counted by their names, wherever they ask from, and no address matters to them.
func TestSubjectsAreLimitedApart(t *testing.T) {
	s := guardedAs(t, limits(t, "2/h"), &tokens{})
	asks := func(who, from string, scopes ...string) answer {
		return s.ask(t, "GET", show, "", append(as(who, scopes...), "X-Forwarded-For", from)...)
	}
	asks("ann", "198.51.100.7", "orders:read").is(t, 200)
	asks("ann", "198.51.100.8", "orders:manage").is(t, 200)
	asks("ann", "198.51.100.9", "orders:read").isLimited(t, "1800")
	asks("bob", "198.51.100.7", "orders:read").is(t, 200)
	asks("bob", "198.51.100.7").is(t, 403)
	asks("bob", "198.51.100.7").isLimited(t, "1800")
	s.ask(t, "GET", show, "", "X-Forwarded-For", "198.51.100.7").is(t, 401)
}

// Operators are never limited; whoever may not operate counts as anywhere else.
func TestOperatorsAreNeverLimited(t *testing.T) {
	s := startAs(t, limits(t, "1/h"), func(p *http.Parts) {
		p.Projections, p.Tokens = behind, &tokens{}
	})
	for range 3 {
		a := s.ask(t, "GET", "/admin/projections", "", as("root", "orders:admin")...)
		a.is(t, 200)
		a.header(t, "RateLimit", "")
	}
	s.ask(t, "GET", "/admin/projections", "", as("ann", "orders:manage")...).is(t, 403)
	s.ask(t, "GET", "/admin/projections", "", as("ann", "orders:manage")...).isLimited(t, "3600")
	s.ask(t, "GET", "/admin/projections", "").is(t, 401)
	s.ask(t, "GET", "/admin/projections", "").isLimited(t, "3600")
}

// remembering accepts tokens as they do, and remembers one of them.
type remembering struct {
	tokens
	known string
}

func (r *remembering) Remembers(token string) bool { return token == r.known }

// A flood of requests without a good token uses up the rate of its address: then no more tokens of
// it are checked, but those that were accepted before are.
func TestAFloodWithoutAGoodTokenIsLimitedByItsAddress(t *testing.T) {
	for name, sent := range map[string]string{
		"no token": "", "no bearer": "Basic x", "a forged token": "Bearer a.b.c",
		"an expired token": "Bearer " + tokenOf("expired"), "no token's form": "Bearer ,",
	} {
		tokens := &remembering{known: tokenOf("ann", "orders:read")}
		s := guardedAs(t, limits(t, "3/h"), tokens)
		flood := func() answer { return s.ask(t, "GET", show, "", "Authorization", sent) }
		for range 3 {
			flood().is(t, 401)
		}
		checked := tokens.asked.Load()
		for range 3 {
			a := flood()
			a.isLimited(t, "1200")
			a.header(t, "WWW-Authenticate", "")
		}
		s.ask(t, "GET", show, "", as("bob", "orders:read")...).isLimited(t, "1200")
		if n := tokens.asked.Load(); n != checked {
			t.Errorf("%s: %d tokens are checked although the rate is used up", name, n-checked)
		}
		s.ask(t, "GET", show, "", as("ann", "orders:read")...).is(t, 200)
		elsewhere := append(as("bob", "orders:read"), "X-Forwarded-For", "198.51.100.7")
		s.ask(t, "GET", show, "", elsewhere...).is(t, 200)
		s.ask(t, "GET", "/livez", "", "Authorization", sent).is(t, 200)
	}
}

// What the gate costs a request without limits, and with them; behind a proxy.
func BenchmarkLimits(b *testing.B) {
	for _, rates := range []string{"off", "1000000/s"} {
		b.Run(strings.ReplaceAll(rates, "/", " in 1 "), func(b *testing.B) {
			s := http.New(limits(b, rates), http.Parts{}, slog.New(slog.DiscardHandler))
			var c fasthttp.RequestCtx
			c.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.IPv4zero}, nil)
			c.Request.Header.Set("X-Forwarded-For", "198.51.100.7")
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Admit(&c, "orders"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
