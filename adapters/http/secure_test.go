package http_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/adapters/http/customer"
	"orders/app/access"
)

// The document says of each operation what the table says, if anybody needs a token.
func TestTheDocumentTellsWhatEachOperationNeeds(t *testing.T) {
	s, all := everything(t, http.Config{})
	for _, d := range all {
		if d.op["security"] != nil || d.op["responses"].(object)["401"] != nil {
			t.Errorf("without tokens %s %s has security", d.method, d.path)
		}
	}
	if strings.Contains(s.ask(t, "GET", "/openapi.json", "").text, "securitySchemes") {
		t.Error("without tokens the document has a scheme")
	}
	s = startAs(t, http.Config{}, func(p *http.Parts) {
		p.Tokens, p.Projections = &tokens{}, behind
		p.Operations = append(p.Operations, func(api huma.API) { customer.Add(api, noSums{}) })
	})
	doc := s.ask(t, "GET", "/openapi.json", "")
	doc.has(t, `"securitySchemes":{"bearer":{`, `"bearerFormat":"JWT"`, `"scheme":"bearer"`)
	for id, op := range operations(doc) {
		needs := access.Needs(id)
		want := fmt.Sprintf("[map[bearer:[%s]]]", needs)
		if needs == access.Nothing {
			want = "<nil>"
		}
		responses := op["responses"].(object)
		if got := fmt.Sprint(op["security"]); got != want {
			t.Errorf("%s has the security %s, want %s", id, got, want)
		}
		text, _ := op["description"].(string)
		if needs != access.Nothing && (responses["401"] == nil || responses["403"] == nil ||
			!strings.Contains(text, string(needs))) {
			t.Errorf("%s does not tell how it refuses", id)
		}
	}
}

// Every row of the table is one of the document, or one of those that the document leaves out.
func TestEveryRuleIsOfAnOperation(t *testing.T) {
	_, all := everything(t, http.Config{})
	known := []string{"docs", "document", "metrics", "profiles", "other"}
	for _, d := range all {
		known = append(known, d.op["operationId"].(string))
	}
	for _, r := range access.Table {
		if !slices.Contains(known, r.Operation) {
			t.Errorf("%s is no operation", r.Operation)
		}
	}
}

func TestPrivateDocs(t *testing.T) {
	s := guardedAs(t, http.Config{PrivateDocs: true}, &tokens{})
	for _, path := range []string{
		"/", "/docs", "/docs/", "/DOCS", "/docs/swagger-ui.css", "/openapi.json", "/openapi.yaml",
		"/asyncapi.json", "/schemas/OrderCreated/1.json",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			s.ask(t, method, path, "").is(t, 401)
			if a := s.ask(t, method, path, "", as("ann")...); a.StatusCode == 401 {
				t.Errorf("%s %s is not for those with a token", method, path)
			}
		}
	}
	s.ask(t, "GET", "/livez", "").is(t, 200)
}

// docs/security.md has the table, with the routes of the running server.
func TestThePageHasTheTable(t *testing.T) {
	const (
		file = "../../docs/security.md"
		head = "<!-- The table of app/access; go test ./adapters/http -run Page -update -->\n"
		foot = "<!-- The end of the table. -->\n"
	)
	s, _ := everything(t, withProfiles)
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(page), head)
	_, after, ends := strings.Cut(rest, foot)
	want := before + head + tableOf(s.Rules()) + foot + after
	switch {
	case !begins || !ends:
		t.Fatalf("%s has no place for the table, between %q and %q", file, head, foot)
	case *update:
		err = os.WriteFile(file, []byte(want), 0o644)
	case want != string(page):
		t.Errorf("%s is not what the table says; go test ./adapters/http -run Page -update", file)
	}
	if err != nil {
		t.Error(err)
	}
}

func tableOf(rules []http.Rule) string {
	text := "| Operation | Needs | Routes |\n|---|---|---|\n"
	for _, r := range rules {
		if len(r.Routes) == 0 {
			text += fmt.Sprintf("| everything else | %s | |\n", r.Needs)
			continue
		}
		routes := strings.Join(r.Routes, "`, `")
		text += fmt.Sprintf("| `%s` | %s | `%s` |\n", r.Operation, r.Needs, routes)
	}
	return text
}
