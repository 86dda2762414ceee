package http_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// pathsInOrder returns the paths of the document as they stand in it.
func pathsInOrder(t *testing.T, doc answer) (paths []string) {
	t.Helper()
	var document struct{ Paths jsontext.Value }
	if err := json.Unmarshal([]byte(doc.text), &document); err != nil {
		t.Fatal(err)
	}
	d := jsontext.NewDecoder(strings.NewReader(string(document.Paths)))
	for token, err := d.ReadToken(); err == nil; token, err = d.ReadToken() {
		if d.StackDepth() == 1 && token.Kind() == '"' {
			paths = append(paths, token.String())
		}
	}
	return paths
}

// Whoever reads the document or its page from above meets the operations as an order does.
func TestTheDocumentFollowsTheLifeOfAnOrder(t *testing.T) {
	s := start(t)
	doc := s.ask(t, "GET", "/openapi.json", "")
	var got []string
	for _, path := range pathsInOrder(t, doc) {
		for _, op := range doc.json["paths"].(object)[path].(object) {
			got = append(got, op.(object)["operationId"].(string))
		}
	}
	want := strings.Fields("create changeItems confirm authorizePayment capturePayment shipItems " +
		"deliverShipment complete voidPayment refundPayment hold release cancel " +
		"orders order history streamOrders streamOrder " +
		"health live ready projections subscriptions")
	if !slices.Equal(got, want) {
		t.Errorf("the document has %v, want %v", got, want)
	}
	yaml := s.ask(t, "GET", "/openapi.yaml", "").text
	at := 0
	for _, path := range pathsInOrder(t, doc) {
		next := strings.Index(yaml, "\n  "+path+":\n")
		if next <= at {
			t.Errorf("%s is not behind the one before it in YAML", path)
		}
		at = next
	}
}

// Swagger UI fills in a form with an example or a default of a parameter, and sends it. It shows
// the examples of a schema only. What is required is asked for.
func TestNoParameterIsFilledIn(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "")
	all := doc.json["components"].(object)["parameters"].(object)
	for id, op := range operations(doc) {
		for _, p := range op["parameters"].([]any) {
			if p.(object)["$ref"] == nil {
				all[id+"."+p.(object)["name"].(string)] = p
			}
		}
	}
	for name, each := range all {
		parameter := each.(object)
		schema, ok := parameter["schema"].(object)
		if !ok {
			t.Errorf("%s has no schema", name)
			continue
		}
		if len(schema["examples"].([]any)) == 0 {
			t.Errorf("%s has no example", name)
		}
		for _, key := range []string{"example", "examples", "content"} {
			if parameter[key] != nil {
				t.Errorf("%s is filled in by its %s", name, key)
			}
		}
		for _, key := range []string{"example", "default"} {
			if schema[key] != nil {
				t.Errorf("%s is filled in by the %s of its schema", name, key)
			}
		}
		if schema["type"] == "object" {
			t.Errorf("%s is filled in, as every object is", name)
		}
	}
}

// What is in the path is required, so it comes first.
func TestThePathIsAskedForFirst(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "")
	for id, op := range operations(doc) {
		for i, p := range op["parameters"].([]any) {
			if ref, _ := p.(object)["$ref"].(string); strings.HasSuffix(ref, "/OrderId") && i > 0 {
				t.Errorf("%s asks for the order at place %d", id, i)
			}
		}
	}
}

// exampleBodies returns the body that each command shows, by the operation's id.
func exampleBodies(t *testing.T, doc answer) map[string]string {
	t.Helper()
	bodies := map[string]string{}
	for id, op := range operations(doc) {
		if op["requestBody"] == nil {
			continue
		}
		content := op["requestBody"].(object)["content"].(object)["application/json"].(object)
		example := content["example"]
		if example == nil {
			ref := strings.Split(content["schema"].(object)["$ref"].(string), "/")
			schemas := doc.json["components"].(object)["schemas"].(object)
			example = schemas[ref[len(ref)-1]].(object)["examples"].([]any)[0]
		}
		text, err := json.Marshal(example)
		if err != nil {
			t.Fatal(err)
		}
		bodies[id] = string(text)
	}
	return bodies
}

// Whoever sends the examples as they stand, one after the other, takes an order through its life.
func TestTheExamplesMakeALife(t *testing.T) {
	s := start(t)
	doc := s.ask(t, "GET", "/openapi.json", "")
	bodies, paths := exampleBodies(t, doc), map[string]string{}
	for path, item := range doc.json["paths"].(object) {
		for _, op := range item.(object) {
			paths[op.(object)["operationId"].(string)] = path
		}
	}
	for _, life := range []string{
		"changeItems confirm authorizePayment capturePayment shipItems deliverShipment complete " +
			"refundPayment",
		"confirm capturePayment shipItems deliverShipment complete refundPayment",
		"hold release authorizePayment voidPayment cancel",
		"capturePayment refundPayment confirm hold release shipItems deliverShipment",
		"cancel",
	} {
		created := s.ask(t, "POST", place, bodies["create"])
		created.is(t, 201)
		for i, id := range strings.Fields(life) {
			path := strings.ReplaceAll(paths[id], "{orderId}", created.id())
			a := s.ask(t, "POST", path, bodies[id])
			a.is(t, 200)
			if version := a.json["version"]; version != float64(i+2) {
				t.Errorf("%s of %q made version %v, want %d", id, life, version, i+2)
			}
		}
	}
}
