package http_test

import (
	"testing"

	"orders/adapters/http"
)

const complete = place + "/" + nowhere + "/complete"

// audited are requests, whom their lines name, and the scope that a line of its own names for lack
// of which somebody was refused.
var audited = []struct {
	method, path string
	as           []string
	status       int
	actor, scope any
}{
	{"GET", show, as("ann", "orders:read"), 200, "ann", nil},
	{"POST", place, as("ann", "orders:read"), 403, "ann", nil},
	{"GET", show, nil, 401, nil, nil},
	{"GET", "/nowhere", nil, 401, nil, nil},
	{"GET", "/nowhere", as("ann"), 404, "ann", nil},
	{"GET", "/livez", as("ann"), 200, nil, nil},
	{"POST", complete, as("ann", "orders:write"), 403, "ann", "orders:manage"},
	{"POST", complete, nil, 401, nil, "orders:manage"},
	{"GET", "/admin/projections", as("ann", "orders:manage"), 403, "ann", "orders:admin"},
	{"GET", "/admin/projections", as("expired", "orders:admin"), 401, nil, "orders:admin"},
	{"GET", "/admin/projections", as("ann", "orders:admin"), 200, "ann", nil},
}

func TestTheLogTellsWhoAsked(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Tokens, p.Projections, p.Relays = &tokens{}, behind, stuck
	})
	for _, tt := range audited {
		s.log.forget()
		a := s.ask(t, tt.method, tt.path, "", append(tt.as, "X-Request-ID", "mine")...)
		a.is(t, tt.status)
		var refused map[string]any
		for _, line := range s.log.all(t) {
			if line["actor"] != tt.actor || line["requestId"] != "mine" {
				t.Errorf("%s %s: logged %v", tt.method, tt.path, line)
			}
			if line["msg"] == "Privileged request was refused" {
				refused = line
			}
		}
		if refused["scope"] != tt.scope || refused != nil && refused["level"] != "WARN" {
			t.Errorf("%s %s: refused %v", tt.method, tt.path, refused)
		}
		if tt.actor != nil && tt.scope != nil && (refused["issuer"] != tokensIssuer ||
			refused["client"] != "shop" || refused["query"] == nil && refused["command"] == nil) {
			t.Errorf("%s %s: refused %v", tt.method, tt.path, refused)
		}
	}
}
