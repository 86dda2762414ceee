package http_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/adapters/http/customer"
)

// A documented operation is one of the API's document.
type documented struct {
	method, path string
	op           object
}

// everything is a service with all operations, and those of its document.
func everything(t *testing.T, c http.Config) (*service, []documented) {
	t.Helper()
	s := startAs(t, c, func(p *http.Parts) {
		p.Projections, p.Relays = behind, stuck
		p.Operations = append(p.Operations, func(api huma.API) { customer.Add(api, nil) })
	})
	var all []documented
	for path, item := range s.ask(t, "GET", "/openapi.json", "").json["paths"].(object) {
		for method, op := range item.(object) {
			all = append(all, documented{strings.ToUpper(method), path, op.(object)})
		}
	}
	return s, all
}

// resolve returns what an object of the document refers to, or else the object.
func resolve(doc answer, o object) object {
	ref, is := o["$ref"].(string)
	if !is {
		return o
	}
	found := doc.json
	for _, step := range strings.Split(ref, "/")[1:] {
		found = found[step].(object)
	}
	return found
}

// at puts ids into the path of d.
func (d documented) at(orderID string) string {
	return strings.NewReplacer("{orderId}", orderID, "{userId}", "u").Replace(d.path)
}

// queried are the names of the parameters that d takes in its query.
func (d documented) queried(doc answer) (names []string) {
	for _, p := range d.op["parameters"].([]any) {
		if p := resolve(doc, p.(object)); p["in"] == "query" {
			names = append(names, p["name"].(string))
		}
	}
	return names
}

// body is an example of what d takes, and its schema. Commands that need no body have none.
func (d documented) body(doc answer) (example, schema object) {
	if d.op["requestBody"] == nil {
		return object{}, object{"additionalProperties": false}
	}
	content := d.op["requestBody"].(object)["content"].(object)["application/json"].(object)
	schema = resolve(doc, content["schema"].(object))
	if examples, has := schema["examples"].([]any); has {
		return examples[0].(object), schema
	}
	return object{}, schema
}

// example is the text of such a body, or empty for an operation without.
func (d documented) example(doc answer) string {
	if d.op["requestBody"] == nil {
		return ""
	}
	example, _ := d.body(doc)
	text, _ := json.Marshal(example)
	return string(text)
}

// objects calls each with every object of a body, its path and its schema.
func objects(
	doc answer, schema object, value any, path []any, each func(object, []any, object),
) {
	schema = resolve(doc, schema)
	switch value := value.(type) {
	case object:
		each(value, path, schema)
		for name, property := range explained(schema) {
			if _, has := value[name]; has {
				objects(doc, property.(object), value[name], append(slices.Clone(path), name), each)
			}
		}
	case []any:
		for i, one := range value {
			objects(doc, schema["items"].(object), one, append(slices.Clone(path), i), each)
		}
	}
}
