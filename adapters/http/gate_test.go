package http_test

import (
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

const (
	noToken   = `Bearer realm="orders"`
	invalid   = noToken + `, error="invalid_token", error_description="`
	malformed = invalid + `the token has characters that no token has"`
	twice     = noToken + `, error="invalid_request", error_description="` +
		`the header Authorization must be given only once"`
	lacksRead = noToken + `, error="insufficient_scope", error_description="` +
		`the token lacks the scope orders:read", scope="orders:read"`
)

var ann = tokenOf("ann", "orders:read")

// presented are headers, and how they are answered.
var presented = []struct {
	name   string
	sent   []string
	status int
	why    string // WWW-Authenticate.
}{
	{"a token", []string{"Bearer " + ann}, 200, ""},
	{"any case", []string{"bEARER " + ann}, 200, ""},
	{"more blanks", []string{"Bearer   " + ann}, 200, ""},
	{"nothing", nil, 401, noToken},
	{"another scheme", []string{"Basic YW5uOmFubg=="}, 401, noToken},
	{"no scheme", []string{ann}, 401, noToken},
	{"no blank", []string{"Bearer" + ann}, 401, noToken},
	{"a tab", []string{"Bearer\t" + ann}, 401, noToken},
	{"no token", []string{"Bearer"}, 401, malformed},
	{"a list", []string{"Bearer " + ann + ", Bearer " + ann}, 401, malformed},
	{"a quoted token", []string{`Bearer "` + ann + `"`}, 401, malformed},
	{"two tokens", []string{"Bearer " + ann + " " + ann}, 401, malformed},
	{"padding alone", []string{"Bearer =="}, 401, malformed},
	{"padding inside", []string{"Bearer a=b"}, 401, malformed},
	{"foreign", []string{"Bearer a.b.c"}, 401, invalid + `nobody has signed the token"`},
	{"expired", []string{"Bearer " + tokenOf("expired")}, 401, invalid + `the token has expired"`},
	{"twice", []string{"Bearer " + ann, "Bearer " + ann}, 400, twice},
	{"two schemes", []string{"Basic x", "Bearer " + ann}, 400, twice},
	{"no scope", []string{"Bearer " + tokenOf("ann", "openid")}, 403, lacksRead},
}

func TestTheTokenOfARequest(t *testing.T) {
	s := guarded(t)
	for _, tt := range presented {
		var headers []string
		for _, h := range tt.sent {
			headers = append(headers, "Authorization", h)
		}
		a := s.ask(t, "GET", show, "", headers...)
		if a.StatusCode != tt.status || a.Header.Get("WWW-Authenticate") != tt.why {
			t.Errorf("%s: %d, %s; want %d, %s", tt.name, a.StatusCode,
				a.Header.Get("WWW-Authenticate"), tt.status, tt.why)
		}
	}
}

// A token in the URL is not taken, and never reaches the log or an answer.
func TestNoTokenIsTakenFromTheURL(t *testing.T) {
	s := guarded(t)
	ann := tokenOf("ann", "orders:read", "orders:write")
	for _, name := range []string{"access_token", "access%5Ftoken"} {
		path := show + "?" + name + "=" + ann
		s.ask(t, "GET", path, "").is(t, 401)
		a := s.ask(t, "GET", path, "", as("ann", "orders:read")...)
		a.is(t, 400)
		a.has(t, `"code":"bad-request"`)
	}
	if s.log.holds(ann) {
		t.Error("the log has a token")
	}
}

// Health needs no token, so it does not matter which one comes, or whether anybody can tell.
func TestOpenOperationsIgnoreTokens(t *testing.T) {
	f := &tokens{err: ports.ErrUnavailable}
	s := guardedAs(t, http.Config{}, f)
	for _, path := range []string{"/health", "/livez", "/docs", "/openapi.json", "/"} {
		for _, sent := range []string{"", "Bearer x", "Basic x", "Bearer " + tokenOf("ann")} {
			for _, method := range []string{"GET", "HEAD"} {
				if a := s.ask(t, method, path, "", "Authorization", sent); a.StatusCode > 302 {
					t.Errorf("%s %s with %q: %d", method, path, sent, a.StatusCode)
				}
			}
		}
	}
	if n := f.asked.Load(); n > 0 {
		t.Errorf("%d tokens were looked at", n)
	}
}

func TestNobodyCanTellWhoseATokenIs(t *testing.T) {
	s := guardedAs(t, http.Config{}, &tokens{err: ports.ErrUnavailable})
	a := s.ask(t, "GET", show, "", as("ann", "orders:read")...)
	a.is(t, 503)
	a.header(t, "Retry-After", "1")
	a.header(t, "WWW-Authenticate", "")
	s.ask(t, "GET", show, "").is(t, 401)
}
