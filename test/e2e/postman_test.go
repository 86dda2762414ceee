package e2e_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A folder of a Postman collection, or a request of it.
type folder struct {
	Name    string
	Item    []folder
	Request *struct{ Method, URL string }
	Event   []struct {
		Listen string
		Script struct{ Exec []string }
	}
}

// requests are all that are in f, however deep.
func (f folder) requests() (all []folder) {
	if f.Request != nil {
		all = append(all, f)
	}
	for _, item := range f.Item {
		all = append(all, item.requests()...)
	}
	return all
}

// wanted is the status that a test of the request wants.
func (f folder) wanted() string {
	for _, e := range f.Event {
		found := wantedStatus.FindStringSubmatch(strings.Join(e.Script.Exec, "\n"))
		if e.Listen == "test" && found != nil {
			return found[1]
		}
	}
	return ""
}

var (
	wantedStatus = regexp.MustCompile(`pm\.response\.to\.have\.status\((\d{3})\)`)
	variable     = regexp.MustCompile(`\{\{\w+\}\}`)
)

func readCollection(t *testing.T) folder {
	t.Helper()
	text, err := os.ReadFile("../../docs/orders.postman_collection.json")
	if err != nil {
		t.Fatal(err)
	}
	var all folder
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// The collection has requests for every operation of the document and for nothing else, and each
// wants a status that is documented. CI plays it with newman.
func TestThePostmanCollectionHasEveryOperation(t *testing.T) {
	d, err := inMemory(t).document()
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, f := range readCollection(t).requests() {
		to, found := strings.CutPrefix(f.Request.URL, "{{baseUrl}}/")
		u, err := url.Parse("/" + variable.ReplaceAllString(to, "x"))
		if !found || err != nil {
			t.Errorf("%q has the URL %s, %v", f.Name, f.Request.URL, err)
			continue
		}
		names, err := d.operation(f.Request.Method, u.Path)
		if err != nil {
			t.Errorf("%q: %v", f.Name, err)
			continue
		}
		shown[strings.Join(names, " ")] = true
		if answer, _ := d.at(append(names, "responses", f.wanted())...); answer == nil {
			t.Errorf("%q wants the status %q, which is not documented", f.Name, f.wanted())
		}
	}
	for _, operation := range d.operations() {
		if !shown[operation] {
			t.Errorf("no request of the collection shows %s", operation)
		}
	}
}

// operations are all that the document has, as operation names them.
func (d *document) operations() (all []string) {
	paths, _ := d.at("paths")
	for template := range paths {
		methods, _ := d.at("paths", template)
		for method := range methods {
			if slices.Contains([]string{"get", "put", "post", "delete", "patch"}, method) {
				all = append(all, strings.Join([]string{"paths", template, method}, " "))
			}
		}
	}
	return all
}
