package http_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"orders/adapters/http"
	"orders/adapters/http/wire"
)

// examples are answers by operation, status and name.
type examples map[string]map[string]map[string]json.RawMessage

// keep keeps an answer of an operation. That of a problem has its code as a name, which must be the
// given one.
func (e examples) keep(t *testing.T, operation, name string, a answer) {
	t.Helper()
	if code, is := a.json["code"]; a.StatusCode >= 400 && (!is || code != name) {
		t.Errorf("%s answers %s, want %s", operation, a.text, name)
		return
	}
	status := strings.Fields(a.Status)[0]
	if e[operation] == nil {
		e[operation] = map[string]map[string]json.RawMessage{}
	}
	if e[operation][status] == nil {
		e[operation][status] = map[string]json.RawMessage{}
	}
	if _, twice := e[operation][status][name]; twice {
		t.Errorf("%s has two examples of %s", operation, name)
	}
	text := madeID.ReplaceAllString(a.text, `"requestId":"req-42"`)
	e[operation][status][name] = json.RawMessage(text)
}

// madeID is the id of a request that brought none.
var madeID = regexp.MustCompile(`"requestId":"[A-Z2-7]{26}"`)

// The examples of the document are answers that this test gets, so each operation shows its own,
// and every code that is said to be answered is.
func TestExamplesAreRealAnswers(t *testing.T) {
	got := examples{}
	for _, keep := range []func(*testing.T){
		got.commandsDone, got.commandsRefused, got.commandsMistaken, got.commandsFailed,
		got.queries, got.queriesFailed, got.streams, got.service,
	} {
		keep(t)
	}
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	if err := to.Encode(got); err != nil {
		t.Fatal(err)
	}
	const file = "examples.json"
	if *update {
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text.Bytes(), want) {
		t.Errorf("answers differ from %s; see how with\n"+
			"go test ./adapters/http -run %s -update && git diff\n%s", file, t.Name(),
			firstOther(text.String(), string(want)))
	}
}

// firstOther returns the first line of got that is another one in want.
func firstOther(got, want string) string {
	lines := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(lines) || line != lines[i] {
			return fmt.Sprintf("line %d is now %s", i+1, line)
		}
	}
	return "lines are missing at the end"
}

// Each answer that the document describes has an example.
func TestEveryAnswerHasAnExample(t *testing.T) {
	for id, op := range operations(start(t).ask(t, "GET", "/openapi.json", "")) {
		for status, response := range op["responses"].(object) {
			content, _ := response.(object)["content"].(object)
			for media, each := range content {
				shown, _ := each.(object)["examples"].(object)
				if len(shown) == 0 {
					t.Errorf("%s has no example of %s %s", id, status, media)
				}
				text := response.(object)["description"].(string)
				for name := range shown {
					if media == wire.ProblemType && !strings.Contains(text, "`"+name+"`") {
						t.Errorf("%s %s does not say that it may be %s", id, status, name)
					}
				}
			}
		}
	}
}

// described is the API's document.
var described = sync.OnceValue(func() map[string]object {
	s := http.New(http.Config{}, http.Parts{}, slog.New(slog.DiscardHandler))
	res, err := s.Test(httptest.NewRequest("GET", "/openapi.json", nethttp.NoBody))
	if err != nil {
		panic(err)
	}
	doc := object{}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		panic(err)
	}
	all := map[string]object{}
	for template, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			all[strings.ToUpper(method)+" "+template] = op.(object)
		}
	}
	return all
})

var parameter = regexp.MustCompile(`\{[^/]*\}`)

// codesOf returns the codes with which the document says that a request may be answered. A request
// of no operation may have any answer.
func codesOf(method, target string) (all []string, is bool) {
	target, _, _ = strings.Cut(target, "?")
	var found string
	for at := range described() {
		matches, _ := path.Match(parameter.ReplaceAllString(at, "*"), method+" "+target)
		// Of two that match, the one with fewer parameters is meant.
		if matches && (found == "" || strings.Count(at, "{") < strings.Count(found, "{")) {
			found = at
		}
	}
	if found == "" {
		return nil, false
	}
	for _, response := range described()[found]["responses"].(object) {
		content, _ := response.(object)["content"].(object)
		problem, _ := content[wire.ProblemType].(object)
		shown, _ := problem["examples"].(object)
		all = slices.AppendSeq(all, maps.Keys(shown))
	}
	return all, true
}

// wantListed wants the code of an answer to be one that the document lists at the operation.
func (a answer) wantListed(t *testing.T, method, target string) {
	t.Helper()
	code, is := a.json["code"].(string)
	if a.StatusCode < 400 || !is || codes[code].ToAny || *update {
		return
	}
	if listed, is := codesOf(method, target); is && !slices.Contains(listed, code) {
		t.Errorf("%s %s answers %s, which the document does not list: %s\n"+
			"if that is right, add a case to TestExamplesAreRealAnswers",
			method, target, code, listed)
	}
}
