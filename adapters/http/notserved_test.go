package http_test

import (
	"context"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/adapters/http/wire"
)

// Of a side that other processes serve, this one says so; its document tells of the whole API.
func TestASideThatIsServedElsewhere(t *testing.T) {
	var whole string
	for _, tt := range []struct{ commands, reads bool }{
		{true, true}, {true, false}, {false, true}, {false, false},
	} {
		c := http.Config{WithoutCommands: !tt.commands, WithoutQueries: !tt.reads}
		s := startAs(t, c, func(p *http.Parts) { p.Operations = append(p.Operations, addGuests) })
		for _, request := range []string{
			"POST " + place, "GET " + place, "PUT " + place, "OPTIONS " + place, "BREW " + place,
			"POST " + place + "/x/confirm", "GET /commands/nothing",
		} {
			s.serves(t, tt.commands, "command", request)
		}
		for _, request := range []string{
			"GET " + show, "GET " + show + "/x", "GET " + show + "/" + nowhere + "/history",
			"GET /queries/guests", "DELETE " + show, "GET /queries/nothing",
		} {
			s.serves(t, tt.reads, "query", request)
		}
		doc := s.ask(t, "GET", "/openapi.json", "").text
		if whole == "" {
			whole = doc
		}
		if doc != whole || !strings.Contains(doc, `"/queries/guests"`) {
			t.Errorf("%+v document something else than a process with all roles", tt)
		}
		for _, path := range []string{"/health", "/livez", "/docs", "/openapi.yaml"} {
			s.ask(t, "GET", path, "").is(t, 200)
		}
	}
}

// addGuests adds a query of another module.
func addGuests(api huma.API) {
	op := wire.Get("/queries/guests", "guests", "List guests", wire.Response("None."), 500)
	huma.Register(api, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
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
		a.has(t, `"detail":"this process does not have the role `+role+`; ask one that does"`)
	}
}
