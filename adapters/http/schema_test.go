package http_test

import (
	"encoding/json"
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

// An edge is a value that just breaks a limit, or just keeps to it.
type edge struct {
	limit  string
	value  any
	accept bool
}

func (e edge) check(t *testing.T, a answer, path []any) {
	t.Helper()
	if e.accept {
		if a.StatusCode >= 300 {
			t.Errorf("%s of %v refuses %.60v: %s", e.limit, path, e.value, a.text)
		}
		return
	}
	if named, _ := json.Marshal(path); !strings.Contains(a.text, `"issues":[{"path":`+string(named)) {
		t.Errorf("%s of %v lets %.60v pass: %d %s", e.limit, path, e.value, a.StatusCode, a.text)
	}
}

// with returns body with another value at path, or with none.
func with(t *testing.T, body string, path []any, value any) string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(body), &root); err != nil {
		t.Fatal(err)
	}
	at := root
	for _, step := range path[:len(path)-1] {
		if n, ok := step.(int); ok {
			at = at.([]any)[n]
			continue
		}
		at = at.(object)[step.(string)]
	}
	name := path[len(path)-1].(string)
	at.(object)[name] = value
	if value == nil {
		delete(at.(object), name)
	}
	text, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// edges knows every keyword that a schema may use; another one fails the test.
func edges(t *testing.T, schema object) (all []edge) {
	t.Helper()
	for keyword, limit := range schema {
		n, _ := limit.(float64)
		add := func(accept bool, value any) { all = append(all, edge{keyword, value, accept}) }
		line := object{"sku": "s", "qty": 1, "price": 1}
		switch keyword {
		case "minLength":
			add(false, strings.Repeat("x", int(n)-1))
			add(true, strings.Repeat("x", int(n)))
		case "maxLength":
			add(false, strings.Repeat("é", int(n)+1))
			add(true, strings.Repeat("é", int(n)))
		case "minimum":
			add(false, n-1)
			add(true, n)
		case "maximum":
			add(false, n+1)
			add(true, n)
		case "exclusiveMinimum":
			add(false, n)
			add(false, n-1)
			add(true, n+1)
		case "minItems":
			add(false, slices.Repeat([]any{line}, int(n)-1))
			add(true, slices.Repeat([]any{line}, int(n)))
		case "maxItems":
			add(false, slices.Repeat([]any{line}, int(n)+1))
			add(true, slices.Repeat([]any{line}, int(n)))
		case "enum":
			all = append(all, values(limit.([]any))...)
		case "pattern":
			for _, c := range "\x00\t\n\x1f\x7f\u0085\u009f" {
				add(false, "a"+string(c))
			}
			add(true, "a \u00a0\u200b😀<script>")
		case "type":
			all = append(all, others(limit)...)
		case "description", "examples", "items":
		default:
			t.Errorf("this test does not know the keyword %s", keyword)
		}
	}
	return all
}

func values(enum []any) (all []edge) {
	for _, each := range enum {
		all = append(all, edge{"enum", each, true})
	}
	first := enum[0].(string)
	for _, wrong := range []string{"", first + " ", strings.ToLower(first) + "x", "XXX", "none"} {
		all = append(all, edge{"enum", wrong, false})
	}
	return all
}

// others returns values of every other JSON type.
func others(kind any) (all []edge) {
	for other, value := range map[string]any{
		"string": "1", "boolean": true, "array": []any{}, "object": object{},
		"integer": 1, "null": json.RawMessage("null"), "number": 1.5,
	} {
		number := kind == "number" && (other == "integer" || other == "number")
		if other != kind && !number {
			all = append(all, edge{"type", value, false})
		}
	}
	return all
}

// What answers hold is what the document says, no field more or less.
func TestAnswersAreDescribed(t *testing.T) {
	s := start(t)
	created := s.ask(t, "POST", place, mouse)
	path := place + "/" + created.str("orderId")
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
	components := doc["components"].(object)
	for _, kind := range []string{"parameters", "headers", "responses"} {
		for name, each := range components[kind].(object) {
			if each.(object)["description"] == nil {
				t.Errorf("%s has no description", name)
			}
			if each.(object)["example"] == nil && kind != "responses" {
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
	}
}

func explained(schema any) object {
	properties, _ := schema.(object)["properties"].(object)
	return properties
}
