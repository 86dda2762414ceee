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
			example := each.(object)["example"]
			if kind == "parameters" {
				example = each.(object)["schema"].(object)["examples"]
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
		closed := each.(object)["additionalProperties"] != nil
		if closed && len(explained(each)) > 0 && !isBody(name) {
			t.Errorf("%s says what else it may have, but fields will be added", name)
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
		cursor := parameters[parameter].(object)["schema"].(object)["examples"].([]any)
		next, want := found[schema]["nextCursor"], cursor[0]
		if next != want {
			t.Errorf("the next cursor of %s is %v, want %v", schema, next, want)
		}
	}
}

// A command without content is described without a body, which clients would have to make up.
func TestWhichBodiesAreDescribed(t *testing.T) {
	s := start(t)
	doc := s.ask(t, "GET", "/openapi.json", "")
	for path, want := range map[string]bool{
		"": true, "/{orderId}/confirm": false, "/{orderId}/cancel": true,
		"/{orderId}/release": false, "/{orderId}/complete": false, "/{orderId}/shipments": true,
	} {
		post := doc.json["paths"].(object)[place+path].(object)["post"].(object)
		body, has := post["requestBody"].(object)
		if has != want || has && body["required"] != true {
			t.Errorf("the body of %s is %v, want one: %v", path, body, want)
		}
	}
	for _, body := range []string{"", "{}"} {
		s.ask(t, "POST", place+"/"+s.order(t)+"/confirm", body).is(t, 200)
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
		"streamOrder": "200 400 404 500 503", "streamOrders": "200 400 404 500 503",
		"live": "200 503", "ready": "200 503", "projections": "200 400 404 500 503",
		"subscriptions": "200 400 404 500 503",
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
		"streamOrder":    "LastEventId LastEventIdInQuery OrderId RequestId",
		"streamOrders":   "LastEventId LastEventIdInQuery RequestId UserId",
		"orders": "CreatedFrom CreatedTo Cursor FulfillmentStatuses Held Limit PaymentStatuses " +
			"RequestId Sku Sort Statuses UpdatedFrom UpdatedTo UserId",
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
	commands := []string{}
	for _, r := range order.Rules {
		commands = append(commands, r.Command)
	}
	for name, want := range map[string]string{
		"OrderStatus": fmt.Sprint(order.Statuses), "Reason": fmt.Sprint(order.Reasons),
		"PaymentStatus":     fmt.Sprint(order.PaymentStatuses),
		"FulfillmentStatus": fmt.Sprint(order.FulfillmentStatuses),
		"CommandName":       fmt.Sprint(commands),
	} {
		if enum := schemaOf(t, s, name)["enum"]; fmt.Sprint(enum) != want {
			t.Errorf("%s allows %v, want %s", name, enum, want)
		}
	}
}

// What has the same values has the same type.
func TestTheTypesOfEnums(t *testing.T) {
	s := start(t)
	parameters := s.ask(t, "GET", "/openapi.json", "").
		json["components"].(object)["parameters"].(object)
	for filter, name := range map[string]string{
		"Statuses": "OrderStatus", "PaymentStatuses": "PaymentStatus",
		"FulfillmentStatuses": "FulfillmentStatus",
	} {
		ref := parameters[filter].(object)["schema"].(object)["items"].(object)["$ref"]
		if ref != "#/components/schemas/"+name {
			t.Errorf("the filter %s takes a %v, want a %s", filter, ref, name)
		}
	}
	for field, name := range map[string]string{
		"OrderView.status": "OrderStatus", "CommandResult.status": "OrderStatus",
		"OrderView.paymentStatus": "PaymentStatus", "CommandResult.paymentStatus": "PaymentStatus",
		"OrderView.fulfillmentStatus":     "FulfillmentStatus",
		"CommandResult.fulfillmentStatus": "FulfillmentStatus",
		"Problem.currentStatus":           "OrderStatus",
		"Cancellation.reason":             "Reason", "CancellationView.reason": "Reason",
		"Hold.reason": "Reason", "HoldView.reason": "Reason",
	} {
		schema, property, _ := strings.Cut(field, ".")
		ref := explained(schemaOf(t, s, schema))[property].(object)["$ref"]
		if ref != "#/components/schemas/"+name {
			t.Errorf("%s is a %v, want a %s", field, ref, name)
		}
	}
}
