package http_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type object = map[string]any

// schemaOf returns a schema of the API's document.
func schemaOf(t *testing.T, s *service, name string) object {
	t.Helper()
	a := s.ask(t, "GET", "/openapi.json", "")
	a.is(t, 200)
	found := a.json
	for _, each := range []string{"components", "schemas", name} {
		found, _ = found[each].(object)
	}
	if found == nil {
		t.Fatalf("there is no schema %s", name)
	}
	return found
}

// Whatever a schema forbids, the domain refuses and names; at the very edge it is accepted.
func TestSchemasStateTheTrueLimits(t *testing.T) {
	s := start(t)
	line := `{"sku":"s","qty":1,"price":1}`
	create := func() string { return place }
	cancel := func() string { return place + "/" + s.order(t) + "/cancel" }
	for _, tt := range []struct {
		schema, body string
		path         func() string
		root         []any
		fields       int
	}{
		{"NewOrder", `{"userId":"u","currency":"JPY","items":[` + line + `]}`, create, nil, 3},
		{
			"NewItem", `{"userId":"u","currency":"JPY","items":[` + line + `]}`, create,
			[]any{"items", 0}, 3,
		},
		{"Cancellation", `{"reason":"staff","note":"n"}`, cancel, nil, 2},
	} {
		schema := schemaOf(t, s, tt.schema)
		properties, _ := schema["properties"].(object)
		if len(properties) != tt.fields {
			t.Errorf("%s has %d properties, want %d", tt.schema, len(properties), tt.fields)
		}
		for name, property := range properties {
			path := append(slices.Clone(tt.root), name)
			for _, each := range edges(t, property.(object)) {
				a := s.ask(t, "POST", tt.path(), with(t, tt.body, path, each.value))
				each.check(t, a, path)
			}
			required, _ := schema["required"].([]any)
			a := s.ask(t, "POST", tt.path(), with(t, tt.body, path, nil))
			each := edge{"required", nil, !slices.Contains(required, any(name))}
			each.check(t, a, path)
		}
	}
}

// What answers hold is what the document says, no field more or less.
func TestAnswersAreDescribed(t *testing.T) {
	s := start(t)
	created := s.ask(t, "POST", place, mouse)
	path := place + "/" + created.id()
	s.ask(t, "POST", path+"/cancel", `{"reason":"staff","note":"n"}`)
	shown := s.ask(t, "GET", created.Header.Get("Location"), "")
	refused := s.ask(t, "POST", path+"/confirm", "")
	wrong := s.ask(t, "POST", place, "{}")
	view := shown.json["order"].(object)
	described := map[string]object{
		"OrderView": view, "CommandResult": created.json, "OneOrder": shown.json,
		"CancellationView": view["cancellation"].(object),
		"ItemView":         view["items"].([]any)[0].(object),
		"ManyOrders":       s.ask(t, "GET", show, "").json,
		"Issue":            wrong.json["issues"].([]any)[0].(object),
		"Health":           s.ask(t, "GET", "/health", "").json,
	}
	for _, field := range []string{"issues"} {
		refused.json[field] = wrong.json[field]
	}
	described["Problem"] = refused.json
	for name, got := range described {
		properties, _ := schemaOf(t, s, name)["properties"].(object)
		if want := names(properties); !reflect.DeepEqual(names(got), want) {
			t.Errorf("%s has %v, described are %v", name, names(got), want)
		}
	}
}

func names(o object) (all []string) {
	for name := range o {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// Everything that a person may ask about has an answer in the document.
func TestEverythingIsExplained(t *testing.T) {
	s := start(t)
	doc := s.ask(t, "GET", "/openapi.json", "").json
	if doc["openapi"] != "3.1.0" {
		t.Errorf("OpenAPI %v, want 3.1.0", doc["openapi"])
	}
	for path, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			for _, name := range []string{"operationId", "summary", "tags", "responses"} {
				if op.(object)[name] == nil {
					t.Errorf("%s %s has no %s", method, path, name)
				}
			}
		}
	}
}

func TestEveryComponentIsExplained(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "").json
	components := doc["components"].(object)
	for _, kind := range []string{"parameters", "headers", "responses"} {
		for name, each := range components[kind].(object) {
			if each.(object)["description"] == nil {
				t.Errorf("%s has no description", name)
			}
			example := each.(object)["example"]
			if kind == "responses" {
				content := each.(object)["content"].(object)["application/problem+json"]
				example = content.(object)["example"].(object)["code"]
			}
			if example == nil {
				t.Errorf("%s has no example", name)
			}
		}
	}
	for name, each := range components["schemas"].(object) {
		for property, p := range explained(each) {
			if p.(object)["description"] == nil {
				t.Errorf("%s.%s has no description", name, property)
			}
		}
		if text := fmt.Sprint(each); strings.Contains(text, "null") {
			t.Errorf("%s may be null: %s", name, text)
		}
		if each.(object)["additionalProperties"] != true {
			t.Errorf("%s is closed, but fields will be added", name)
		}
	}
}

func TestWhichBodiesAreRequired(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "")
	for path, want := range map[string]any{
		place: true, place + "/{orderId}/confirm": nil, place + "/{orderId}/cancel": true,
	} {
		post := doc.json["paths"].(object)[path].(object)["post"].(object)
		if got := post["requestBody"].(object)["required"]; got != want {
			t.Errorf("the body of %s is required: %v, want %v", path, got, want)
		}
	}
}

func explained(schema any) object {
	properties, _ := schema.(object)["properties"].(object)
	return properties
}
