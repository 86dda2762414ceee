package http_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A typing finds what generated clients could not make a good type of.
type typing struct {
	schemas object // Those with names.
	flaws   []string
}

func (y *typing) flaw(where, text string) { y.flaws = append(y.flaws, where+" "+text) }

// document looks at every schema in a part of the document; under schemas each value is one.
func (y *typing) document(where string, part any) {
	switch part := part.(type) {
	case object:
		for name, each := range part {
			switch at := where + "." + name; name {
			case "example", "examples":
			case "schema":
				y.schema(at, each)
			case "schemas":
				for name, one := range each.(object) {
					y.schema(name, one)
				}
			default:
				y.document(at, each)
			}
		}
	case []any:
		for i, each := range part {
			y.document(fmt.Sprint(where, i), each)
		}
	}
}

func (y *typing) schema(where string, schema any) {
	s, _ := schema.(object)
	for name, each := range explained(s) {
		y.schema(where+"."+name, each)
	}
	forms, _ := s["oneOf"].([]any)
	for i, each := range forms {
		y.schema(fmt.Sprint(where, " form ", i), each)
	}
	switch kind := s["type"]; {
	case s["$ref"] != nil:
		if y.named(s) == nil {
			y.flaw(where, "refers to nothing")
		}
	case forms != nil:
		y.union(where, s, forms)
	case s["anyOf"] != nil, s["allOf"] != nil, s["not"] != nil:
		y.flaw(where, "is composed in a way that generators differ about")
	case kind == "number" && s["format"] != "double",
		kind == "integer" && s["format"] != "int32" && s["format"] != "int64":
		y.flaw(where, "is a number without its format")
	case kind == "array":
		y.schema(where+"[]", s["items"])
	case kind == "object" && len(explained(s)) == 0 && s["additionalProperties"] != false:
		y.flaw(where, "is a bag of unknowns")
	case !slices.Contains([]any{"object", "string", "boolean", "number", "integer"}, kind):
		y.flaw(where, "may be anything")
	}
}

func (y *typing) named(ref any) object {
	to, _ := ref.(object)["$ref"].(string)
	named, _ := y.schemas[strings.TrimPrefix(to, "#/components/schemas/")].(object)
	return named
}

// union wants forms that a client can tell apart by a field, or that are no objects.
func (y *typing) union(where string, s object, forms []any) {
	by, _ := s["discriminator"].(object)
	if by == nil {
		for _, form := range forms {
			if kind := form.(object)["type"]; kind != "string" && kind != "integer" {
				y.flaw(where, "has forms that nothing tells apart")
			}
		}
		return
	}
	field, told := by["propertyName"].(string), by["mapping"].(object)
	for _, form := range forms {
		named := y.named(form)
		required, _ := named["required"].([]any)
		value, _ := explained(named)[field].(object)["const"].(string)
		if !slices.Contains(required, any(field)) || told[value] != form.(object)["$ref"] {
			y.flaw(where, fmt.Sprintf("cannot tell %v by its %s", form, field))
		}
	}
	if len(told) != len(forms) {
		y.flaw(where, fmt.Sprintf("has %d forms, and tells %d apart", len(forms), len(told)))
	}
}

// Generated clients know the type of everything, down to the precision of its numbers.
func TestEveryTypeIsKnown(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "").json
	y := &typing{schemas: doc["components"].(object)["schemas"].(object)}
	if y.document("", doc); len(y.flaws) > 0 {
		t.Error(strings.Join(y.flaws, "\n"))
	}
}

// Generators make a type of each component, whatever its kind.
func TestNamesOfTypesDiffer(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "").json
	seen := map[string]string{}
	for _, kind := range []string{"schemas", "parameters"} { // There are no shared responses.
		for name := range doc["components"].(object)[kind].(object) {
			if other := seen[strings.ToLower(name)]; other != "" {
				t.Errorf("%s is among the %s and among the %s", name, other, kind)
			}
			seen[strings.ToLower(name)] = kind
		}
	}
}

// The data of server-sent events has no place in OpenAPI 3.1, so a text names its schema.
func TestTextsNameSchemasThatExist(t *testing.T) {
	s := start(t)
	doc := s.ask(t, "GET", "/openapi.json", "")
	found := regexp.MustCompile("schema `([^`]+)`").FindAllStringSubmatch(doc.text, -1)
	for _, name := range found {
		schemaOf(t, s, name[1])
	}
	if len(found) == 0 {
		t.Error("no text names a schema")
	}
}

// A flaw of each kind is found.
func TestWhatHasNoTypeIsFound(t *testing.T) {
	text := object{"type": "string"}
	form := func(required ...any) object {
		kind := object{"type": "string", "const": "A"}
		return object{"type": "object", "properties": object{"kind": kind}, "required": required}
	}
	ref := object{"$ref": "#/components/schemas/Form"}
	by := object{"propertyName": "kind", "mapping": object{"A": ref["$ref"]}}
	for want, schema := range map[string]object{
		"refers to nothing":       {"$ref": "#/components/schemas/Gone"},
		"bag of unknowns":         {"type": "array", "items": object{"type": "object"}},
		"a number without":        {"type": "number"},
		"number without":          {"type": "array", "items": object{"type": "integer"}},
		"anything":                {},
		"may be anything":         {"type": "array"},
		"nothing tells apart":     {"oneOf": []any{text, ref}},
		"cannot tell":             {"oneOf": []any{ref}, "discriminator": by},
		"has 0 forms":             {"oneOf": []any{}, "discriminator": by},
		"generators differ about": {"anyOf": []any{text}},
	} {
		y := &typing{schemas: object{"Form": form()}}
		y.document("", object{"paths": []any{object{"schema": schema}}})
		if len(y.flaws) != 1 || !strings.Contains(y.flaws[0], want) {
			t.Errorf("%v is %q, want %q", schema, y.flaws, want)
		}
		y = &typing{schemas: object{"Form": form("kind")}}
		y.schema("", object{"oneOf": []any{ref}, "discriminator": by})
		if len(y.flaws) > 0 {
			t.Error(y.flaws)
		}
	}
}
