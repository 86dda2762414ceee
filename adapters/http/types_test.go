package http_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"orders/domain/order"
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

// fits wants an answer to have all that its schema requires, and nothing that it does not know.
func fits(t *testing.T, name string, schema, got object) {
	t.Helper()
	for field := range got {
		if explained(schema)[field] == nil {
			t.Errorf("%s has %s, which is not described", name, field)
		}
	}
	required, _ := schema["required"].([]any)
	for _, field := range required {
		if _, has := got[field.(string)]; !has {
			t.Errorf("%s has no %s, which is required", name, field)
		}
	}
}

// Each event of a history, and of a dry run, is what the form of its type says.
func TestTheFormsOfEvents(t *testing.T) {
	s := start(t)
	told := schemaOf(t, s, "OrderEvent")["discriminator"].(object)["mapping"].(object)
	seen := map[string]bool{}
	look := func(events any) {
		for _, each := range events.([]any) {
			e := each.(object)
			kind := e["type"].(string)
			seen[kind] = true
			if told[kind] != "#/components/schemas/"+kind+"Event" {
				t.Errorf("%s is told as a %v", kind, told[kind])
			}
			fits(t, kind, schemaOf(t, s, kind+"Event"), e)
			data := explained(schemaOf(t, s, kind+"Event"))["data"]
			fits(t, kind, resolved(t, s, data), e["data"].(object))
		}
	}
	one, another := s.shipped(t), s.order(t)
	s.do(t, one, "deliveries", `{"shipmentId":"s"}`)
	s.do(t, one, "payments/refund", `{"paymentId":"p","refundId":"r","amount":1}`)
	s.do(t, one, "complete", "")
	s.do(t, another, "items", `{"items":[`+item1+`]}`)
	s.do(t, another, "payments/authorize", `{"paymentId":"p","amount":1}`)
	s.do(t, another, "hold", `{"reason":"staff"}`)
	s.do(t, another, "release", "")
	look(s.do(t, another, "cancel"+dry, `{"reason":"staff"}`).json["events"])
	look(s.ask(t, "GET", show+"/"+one+"/history", "").json["events"])
	look(s.ask(t, "GET", show+"/"+another+"/history", "").json["events"])
	if got, want := slices.Sorted(maps.Keys(seen)), names(told); !slices.Equal(got, want) {
		t.Errorf("there were events of %v, described are %v", got, want)
	}
}

// What every answer has is required, and only that: these have no more.
func TestWhatIsAlwaysThereIsRequired(t *testing.T) {
	s := start(t)
	created := s.ask(t, "POST", place, mouse)
	one := s.ask(t, "GET", show+"/"+created.id(), "").json["order"].(object)
	paid := s.do(t, s.order(t), "payments/capture"+dry, `{"paymentId":"p","amount":2}`)
	payment := first(paid.json["order"].(object), "payments")
	held := s.order(t)
	s.do(t, held, "hold", `{"reason":"staff"}`)
	for name, got := range map[string]object{
		"CommandResult": created.json, "OrderView": one, "ItemView": first(one, "items"),
		"PaymentView": payment, "CaptureView": first(payment, "captures"),
		"HoldView":     s.ask(t, "GET", show+"/"+held, "").json["order"].(object)["hold"].(object),
		"ManyOrders":   s.ask(t, "GET", show, "").json,
		"OrderHistory": s.ask(t, "GET", show+"/"+held+"/history", "").json,
		"Problem":      s.ask(t, "GET", "/nowhere", "").json,
		"Links":        s.do(t, s.order(t), "cancel", `{"reason":"staff"}`).json["links"].(object),
	} {
		var required []string
		for _, field := range schemaOf(t, s, name)["required"].([]any) {
			required = append(required, field.(string))
		}
		slices.Sort(required)
		if !slices.Equal(names(got), required) {
			t.Errorf("%s has %v, required are %v", name, names(got), required)
		}
	}
}

// Links are named by the commands that they lead to.
func TestLinksAreNamed(t *testing.T) {
	s := start(t)
	want := []string{"self"}
	for _, r := range order.Rules {
		if r.Command != "create" {
			want = append(want, r.Command)
		}
	}
	slices.Sort(want)
	if got := names(explained(schemaOf(t, s, "Links"))); !slices.Equal(got, want) {
		t.Errorf("links are %v, want %v", got, want)
	}
}
