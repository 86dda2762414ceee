package http_test

import (
	"slices"
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

// While nobody can tell whose a token is, it counts for its address: to find that out costs as much
// as to refuse it. Those that were accepted before go on.
func TestATokenOfWhichNobodyCanTellIsLimited(t *testing.T) {
	tokens := &remembering{known: tokenOf("ann", "orders:read")}
	tokens.err = ports.ErrUnavailable
	s := guardedAs(t, limits(t, "2/h"), tokens)
	bob := as("bob", "orders:read")
	for range 2 {
		s.ask(t, "GET", show, "", bob...).is(t, 503)
	}
	for range 3 {
		s.ask(t, "GET", show, "", bob...).isLimited(t, "1800")
	}
	if n := tokens.asked.Load(); n != 2 {
		t.Errorf("%d tokens are checked", n)
	}
	tokens.err = nil
	s.ask(t, "GET", show, "", as("ann", "orders:read")...).is(t, 200)
	two := slices.Concat(bob, bob)
	s.ask(t, "GET", show, "", two...).isLimited(t, "1800")
}

// No flood makes an operator wait but one of forged tokens for operators, which is not checked
// without end.
func TestAnOperatorBehindAFloodedAddress(t *testing.T) {
	const status = "/admin/projections"
	root := as("root", "orders:admin")
	tokens := &remembering{known: tokenOf("old", "orders:admin")}
	s := startAs(t, limits(t, "2/h"), func(p *http.Parts) {
		p.Projections, p.Tokens = behind, tokens
	})
	for range 3 {
		s.ask(t, "GET", status, "")
		s.ask(t, "GET", show, "")
		s.ask(t, "GET", show, "", "Authorization", "Bearer a.b.c")
	}
	s.ask(t, "GET", status, "").isLimited(t, "1800")
	s.ask(t, "GET", status, "", root...).is(t, 200)
	for range 2 {
		s.ask(t, "GET", status, "", "Authorization", "Bearer a.b.c").is(t, 401)
	}
	checked := tokens.asked.Load()
	s.ask(t, "GET", status, "", "Authorization", "Bearer a.b.c").isLimited(t, "1800")
	s.ask(t, "GET", status, "", root...).isLimited(t, "1800")
	if n := tokens.asked.Load(); n != checked {
		t.Errorf("%d tokens are checked although the rate is used up", n-checked)
	}
	s.ask(t, "GET", status, "", as("old", "orders:admin")...).is(t, 200)
	s.ask(t, "GET", status, "", append(root, "X-Forwarded-For", "198.51.100.7")...).is(t, 200)
}

// Whoever is known and asks for what needs more has its line, also beyond the limit.
func TestALimitHidesNoPrivilegedRequest(t *testing.T) {
	s := startAs(t, limits(t, "1/h"), func(p *http.Parts) {
		p.Projections, p.Tokens = behind, &tokens{}
	})
	ann := as("ann", "orders:read")
	s.ask(t, "GET", show, "", ann...).is(t, 200)
	s.ask(t, "POST", place+"/"+nowhere+"/cancel", "", as("ann", "orders:write")...)
	for _, tt := range []struct{ method, path, scope string }{
		{"GET", "/admin/projections", "orders:admin"}, {"POST", complete, "orders:manage"},
		{"GET", show, ""},
	} {
		s.log.forget()
		s.ask(t, tt.method, tt.path, "", ann...).is(t, 429)
		found := ""
		for _, line := range s.log.all(t) {
			if line["msg"] == "Privileged request was refused" && line["actor"] == "ann" {
				found, _ = line["scope"].(string)
			}
		}
		if found != tt.scope {
			t.Errorf("%s is logged with the scope %q", tt.path, found)
		}
	}
}
