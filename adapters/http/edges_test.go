package http_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// An edge is a value that just breaks a limit, or just keeps to it.
type edge struct {
	limit  string
	value  any
	accept bool
}

func (e edge) check(t *testing.T, a answer, path []any) {
	t.Helper()
	if e.accept {
		// It makes sense, though the order may not take it now.
		if a.StatusCode >= 300 && a.StatusCode != 409 {
			t.Errorf("%s of %v refuses %.60v: %s", e.limit, path, e.value, a.text)
		}
		return
	}
	named, _ := json.Marshal(path)
	want := `"issues":[{"path":` + string(named)
	if e.limit == "required" {
		want += `,"message":"is missing"}]`
	}
	if !strings.Contains(a.text, want) {
		t.Errorf("%s of %v lets %.60v pass: %d %s", e.limit, path, e.value, a.StatusCode, a.text)
	}
}

// at returns the object at path in a body.
func at(t *testing.T, body string, path []any) object {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(body), &root); err != nil {
		t.Fatal(err)
	}
	return within(root, path)
}

func within(value any, path []any) object {
	for _, step := range path {
		if n, ok := step.(int); ok {
			value = value.([]any)[n]
			continue
		}
		value = value.(object)[step.(string)]
	}
	return value.(object)
}

// with returns body with another value at path, or with none.
func with(t *testing.T, body string, path []any, value any) string {
	t.Helper()
	root := at(t, body, nil)
	last := len(path) - 1
	found, name := within(root, path[:last]), path[last].(string)
	found[name] = value
	if value == nil {
		delete(found, name)
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
	if schema["type"] == "string" && schema["minLength"] == nil && schema["enum"] == nil {
		all = append(all, edge{"no minLength", "", true})
	}
	for keyword, limit := range schema {
		n, _ := limit.(float64)
		switch keyword {
		case "minLength":
			all = append(all, between(keyword, text(int(n)), text(int(n)-1))...)
		case "maxLength":
			all = append(all, between(keyword, text(int(n)), text(int(n)+1))...)
		case "minimum":
			all = append(all, between(keyword, n, n-1)...)
		case "maximum":
			all = append(all, between(keyword, n, n+1)...)
		case "exclusiveMinimum":
			all = append(all, between(keyword, n+1, n)...)
		case "minItems":
			all = append(all, between(keyword, items(int(n), schema), items(int(n)-1, schema))...)
		case "maxItems":
			all = append(all, between(keyword, items(int(n), schema), items(int(n)+1, schema))...)
		case "enum":
			all = append(all, values(limit.([]any))...)
		case "pattern":
			all = append(all, texts(limit.(string))...)
		case "type":
			all = append(all, others(limit)...)
		case "description", "examples", "items", "format":
		default:
			t.Errorf("this test does not know the keyword %s", keyword)
		}
	}
	return all
}

func between(limit string, good, bad any) []edge {
	return []edge{{limit, good, true}, {limit, bad, false}}
}

func text(length int) string { return strings.Repeat("é", length) }

// items are for a list with the schema.
func items(count int, schema object) []any {
	all := make([]any, count)
	for i := range all {
		item := object{"sku": fmt.Sprint("s", i), "qty": 1}
		if schema["items"].(object)["$ref"] != "#/components/schemas/ShipItem" {
			item["price"] = 1
		}
		all[i] = item
	}
	return all
}

func texts(pattern string) (all []edge) {
	allowed := regexp.MustCompile(pattern)
	for _, text := range []string{
		"a\x00", "\ta", "a\n", "a\x1fa", "\x7f", "\u0080", "a\u009f",
		"a \u00a0\u200b😀", "<script>", "\u2028",
	} {
		all = append(all, edge{"pattern", text, allowed.MatchString(text)})
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
