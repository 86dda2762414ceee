package http_test

import (
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"
	"testing"

	"orders/adapters/http"
)

// lenient are the operations that ignore unknown parameters, as load balancers add some.
var lenient = []string{"/health", "/livez", "/readyz"}

func TestUnknownParametersAreRefused(t *testing.T) {
	s, all := everything(t, http.Config{})
	s.Started()
	doc := s.ask(t, "GET", "/openapi.json", "")
	id := s.order(t)
	before := len(s.commits(t, id))
	for _, d := range all {
		if slices.Contains(lenient, d.path) {
			s.ask(t, d.method, d.path+"?x=1", "").is(t, 200)
			continue
		}
		body := d.example(doc)
		for name, want := range unknownOf(d.queried(doc)) {
			a := s.ask(t, d.method, d.at(id)+"?"+name+"=true", body)
			shown, _ := json.Marshal(strings.ReplaceAll(name, "%5B%5D", "[]"))
			issue := fmt.Sprintf(`"issues":[{"path":[%s],"message":%q}]`, shown, want)
			if a.StatusCode != 400 || !strings.Contains(a.text, issue) {
				t.Errorf("%s %s?%s: %d %s, want %s", d.method, d.path, name, a.StatusCode, a.text,
					issue)
			}
			if d.method == "GET" {
				s.ask(t, "HEAD", d.at(id)+"?"+name+"=true", "").is(t, 400)
			}
		}
	}
	if after := len(s.commits(t, id)); after != before {
		t.Errorf("%d commits were made", after-before)
	}
	s.ask(t, "GET", show, "").has(t, `{"count":1,`)
}

// unknownOf are unknown names, with what is said of them where the known ones are known.
func unknownOf(known []string) map[string]string {
	all := map[string]string{"x": "is unknown", "": "is unknown"}
	for _, name := range known {
		for _, typo := range []string{
			name + "%5B%5D", name + "s", strings.ToUpper(name), "_" + name, name[1:],
		} {
			all[typo] = "is unknown; did you mean " + name + "?"
		}
	}
	return all
}

// Each documented parameter is one that its operation asks for.
func TestDocumentedParametersAreKnown(t *testing.T) {
	s, all := everything(t, http.Config{})
	doc := s.ask(t, "GET", "/openapi.json", "")
	for _, d := range all {
		for _, name := range d.queried(doc) {
			a := s.ask(t, d.method, d.at(nowhere)+"?x=1&"+name+"=%FF", mouse)
			a.is(t, 400)
			if strings.Contains(a.text, `["`+name+`"],"message":"is unknown`) {
				t.Errorf("%s %s does not know %s", d.method, d.path, name)
			}
		}
	}
}

func TestUnknownParametersAreToldWithTheInvalidOnes(t *testing.T) {
	s := start(t)
	a := s.ask(t, "GET", show+"?limit=0&page=2&userid=a&page=3", "")
	a.is(t, 400)
	a.has(t, `"detail":"limit must be`, `"issues":[{"path":["limit"],"message":"must be `,
		`{"path":["page"],"message":"is unknown"},`+
			`{"path":["userid"],"message":"is unknown; did you mean userId?"}]`)
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("%x", i))
	}
	a = s.ask(t, "GET", show+"?"+strings.Join(many, "&"), "")
	a.is(t, 400)
	if n := strings.Count(a.text, `"path"`); n != 50 {
		t.Errorf("%d issues, want 50", n)
	}
	a = s.ask(t, "GET", show+"?%ff"+strings.Repeat("n", 6000)+"=1", "")
	a.is(t, 400)
	if len(a.text) > 1024 {
		t.Errorf("an answer of %d bytes", len(a.text))
	}
}

func TestAUnknownParameterMayBeMeantForSeveral(t *testing.T) {
	s := start(t)
	for query, want := range map[string]string{
		"createdAt=x":          "; did you mean createdFrom or createdTo?",
		"updated_at=x":         "; did you mean updatedFrom or updatedTo?",
		"createdat=x":          "; did you mean createdFrom or createdTo?",
		"createdTos=x":         "; did you mean createdTo?",
		"userIp=x":             "; did you mean userId?",
		"userId=u&userIp=x":    "",
		"userId=u&user_id=x":   "; did you mean userId?",
		"sortBy=x":             "",
		"createdTo=&created=x": "; did you mean createdFrom?",
	} {
		s.ask(t, "GET", show+"?"+query, "").has(t, `"message":"is unknown`+want+`"`)
	}
}

// Pages ignore parameters, as do redirects to them.
func TestPagesIgnoreUnknownParameters(t *testing.T) {
	s := start(t)
	for path, status := range map[string]int{
		"/docs": 200, "/docs/": 200, "/openapi.json": 200, "/openapi.yaml": 200,
		"/asyncapi.json": 200, "/schemas/OrderCreated/1.json": 200,
		"/": nethttp.StatusFound,
	} {
		s.ask(t, "GET", path+"?x=1", "").is(t, status)
	}
}
