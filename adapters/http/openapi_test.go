package http_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orders/domain/order"
)

// Everything that a person may ask about has an answer in the document.
func TestEverythingIsExplained(t *testing.T) {
	s := start(t)
	doc := s.ask(t, "GET", "/openapi.json", "").json
	if doc["openapi"] != "3.1.0" {
		t.Errorf("OpenAPI %v, want 3.1.0", doc["openapi"])
	}
	for path, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			for _, name := range []string{
				"operationId", "summary", "description", "tags", "responses",
			} {
				if op.(object)[name] == nil {
					t.Errorf("%s %s has no %s", method, path, name)
				}
			}
		}
	}
}

// Tools warn of a document that leaves one of these out, also where there is little to say.
func TestTheDocumentSaysWhoseItIs(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "")
	doc.has(t, `"contact":{"name":"The order service authors"}`)
	doc.has(t, `"license":{"identifier":"MIT","name":"MIT License"}`)
	doc.has(t, `"security":[]`)
}

func TestEveryComponentIsExplained(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "").json
	components := doc["components"].(object)
	for _, kind := range []string{"parameters", "headers"} {
		for name, each := range components[kind].(object) {
			if each.(object)["description"] == nil {
				t.Errorf("%s has no description", name)
			}
			if each.(object)["example"] == nil {
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

// An object's example has every field that it must have, and cursors are true ones.
func TestEveryObjectHasAnExample(t *testing.T) {
	components := start(t).ask(t, "GET", "/openapi.json", "").json["components"].(object)
	found := map[string]object{}
	for name, each := range components["schemas"].(object) {
		if len(explained(each)) == 0 {
			continue // It has nothing to show.
		}
		examples, _ := each.(object)["examples"].([]any)
		if len(examples) != 1 {
			t.Errorf("%s has %d examples", name, len(examples))
			continue
		}
		found[name] = examples[0].(object)
		required, _ := each.(object)["required"].([]any)
		for _, field := range required {
			if found[name][field.(string)] == nil {
				t.Errorf("the example of %s has no %s", name, field)
			}
		}
	}
	parameters := components["parameters"].(object)
	for schema, parameter := range map[string]string{
		"ManyOrders": "Cursor", "OrderHistory": "EventCursor",
	} {
		next, want := found[schema]["nextCursor"], parameters[parameter].(object)["example"]
		if next != want {
			t.Errorf("the next cursor of %s is %v, want %v", schema, next, want)
		}
	}
}

func TestWhichBodiesAreRequired(t *testing.T) {
	doc := start(t).ask(t, "GET", "/openapi.json", "")
	for path, want := range map[string]any{
		place: true, place + "/{orderId}/confirm": nil, place + "/{orderId}/cancel": true,
		place + "/{orderId}/complete": nil, place + "/{orderId}/shipments": true,
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

// operations returns those of the document by id.
func operations(doc answer) map[string]object {
	all := map[string]object{}
	for _, item := range doc.json["paths"].(object) {
		for _, op := range item.(object) {
			all[op.(object)["operationId"].(string)] = op.(object)
		}
	}
	return all
}

// Each command of the domain is one operation, of the same name.
func TestEveryCommandIsAnOperation(t *testing.T) {
	found := operations(start(t).ask(t, "GET", "/openapi.json", ""))
	for _, rule := range order.Rules {
		op := found[rule.Command]
		if op == nil || !slices.Contains(op["tags"].([]any), any("commands")) {
			t.Errorf("%s is no operation", rule.Command)
			continue
		}
		want := "200 400 404 409 412 413 415 422 500 503"
		if rule.Command == "create" {
			want = "200 201 400 412 413 415 422 500 503"
		}
		if got := strings.Join(names(op["responses"].(object)), " "); got != want {
			t.Errorf("%s answers %s, want %s", rule.Command, got, want)
		}
	}
	for id, want := range map[string]string{
		"order": "200 304 400 404 500 503", "history": "200 400 404 500 503",
		"orders": "200 400 500 503", "health": "200 503",
		"streamOrder": "200 404 500 503", "streamOrders": "200 400 404 500 503",
		"live": "200 503", "ready": "200 503", "projections": "200 404 500 503",
	} {
		if got := strings.Join(names(found[id]["responses"].(object)), " "); got != want {
			t.Errorf("%s answers %s, want %s", id, got, want)
		}
	}
}

func TestTheParametersOfOperations(t *testing.T) {
	found := operations(start(t).ask(t, "GET", "/openapi.json", ""))
	const command = "DryRun IdempotencyKey IfMatch OrderId Prefer RequestId Traceparent"
	for id, want := range map[string]string{
		"create":         "DryRun IdempotencyKey Prefer RequestId Traceparent",
		"cancel":         command,
		"capturePayment": command,
		"order":          "AtVersion IfNoneMatch MinVersion OrderId RequestId",
		"history":        "EventCursor EventLimit OrderId RequestId",
		"streamOrder":    "LastEventId OrderId RequestId",
		"streamOrders":   "LastEventId RequestId UserId",
		"orders": "CreatedFrom CreatedTo Cursor FulfillmentStatus Held Limit PaymentStatus " +
			"RequestId Sku Status UserId",
	} {
		var got []string
		for _, p := range found[id]["parameters"].([]any) {
			ref := p.(object)["$ref"].(string)
			got = append(got, strings.TrimPrefix(ref, "#/components/parameters/"))
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s has the parameters %s, want %s", id, got, want)
		}
	}
}

// The document's enums are the domain's own lists.
func TestEnums(t *testing.T) {
	s := start(t)
	parameters := s.ask(t, "GET", "/openapi.json", "").
		json["components"].(object)["parameters"].(object)
	commands := []string{}
	for _, r := range order.Rules {
		commands = append(commands, r.Command)
	}
	for name, want := range map[string]string{
		"status": fmt.Sprint(order.Statuses), "paymentStatus": fmt.Sprint(order.PaymentStatuses),
		"fulfillmentStatus": fmt.Sprint(order.FulfillmentStatuses),
	} {
		component := strings.ToUpper(name[:1]) + name[1:]
		filter := parameters[component].(object)["schema"].(object)["enum"]
		if fmt.Sprint(filter) != want {
			t.Errorf("the filter %s allows %v, want %s", name, filter, want)
		}
		for _, schema := range []string{"OrderView", "CommandResult"} {
			enum := explained(schemaOf(t, s, schema))[name].(object)["enum"]
			if fmt.Sprint(enum) != want {
				t.Errorf("%s.%s allows %v, want %s", schema, name, enum, want)
			}
		}
	}
	for _, schema := range []string{"Cancellation", "CancellationView"} {
		enum := explained(schemaOf(t, s, schema))["reason"].(object)["enum"]
		if fmt.Sprint(enum) != fmt.Sprint(order.Reasons) {
			t.Errorf("%s has the reasons %v", schema, enum)
		}
	}
	allowed := explained(schemaOf(t, s, "OrderView"))["allowedCommands"].(object)
	if enum := allowed["items"].(object)["enum"]; fmt.Sprint(enum) != fmt.Sprint(commands) {
		t.Errorf("allowedCommands are %v, want %v", enum, commands)
	}
}
