package http_test

import (
	"strings"
	"testing"

	"orders/adapters/http"
)

// A process serves what its roles say; of the rest it says so, and its document says nothing.
func TestRoles(t *testing.T) {
	for _, tt := range []struct {
		roles           []http.Role
		commands, reads bool
	}{
		{nil, true, true},
		{[]http.Role{http.Command, http.Query}, true, true},
		{[]http.Role{http.Command}, true, false},
		{[]http.Role{http.Query, http.Projector}, false, true},
		{[]http.Role{http.Projector}, false, false},
	} {
		s := startWith(t, http.Config{Roles: tt.roles}, nil, nil)
		for _, request := range []string{
			"POST " + place, "GET " + place, "PUT " + place, "OPTIONS " + place, "BREW " + place,
			"POST " + place + "/x/confirm", "GET /commands/nothing",
		} {
			s.serves(t, tt.commands, "command", request)
		}
		for _, request := range []string{
			"GET " + show, "GET " + show + "/x", "GET " + show + "/" + nowhere + "/history",
			"GET /queries/users/ann/summary", "DELETE " + show, "GET /queries/nothing",
		} {
			s.serves(t, tt.reads, "query", request)
		}
		doc := s.ask(t, "GET", "/openapi.json", "").json["paths"].(object)
		if doc[place] != nil != tt.commands || doc[show] != nil != tt.reads {
			t.Errorf("%s document %v", tt.roles, names(doc))
		}
		for path := range doc {
			command, query := strings.HasPrefix(path, "/co"), strings.HasPrefix(path, "/q")
			if command && !tt.commands || query && !tt.reads {
				t.Errorf("%s document %s", tt.roles, path)
			}
		}
		for _, path := range []string{"/health", "/livez", "/docs", "/openapi.yaml"} {
			s.ask(t, "GET", path, "").is(t, 200)
		}
	}
}

// serves checks whether a request reaches an operation of the role.
func (s *service) serves(t *testing.T, want bool, role, request string) {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	a := s.ask(t, method, path, "")
	if got := a.json["code"] != "not-served-here"; got != want {
		t.Errorf("%s is served: %v, want %v: %s", request, got, want, a.text)
	}
	if !want {
		a.is(t, 404)
		a.has(t, `"detail":"this process does not have the role `+role+`; ask one that has"`)
	}
}
