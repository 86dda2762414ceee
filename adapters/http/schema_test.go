package http_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orders/adapters/http"
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

// resolved returns the schema that another one refers to, or that one.
func resolved(t *testing.T, s *service, schema any) object {
	t.Helper()
	if ref, ok := schema.(object)["$ref"].(string); ok {
		return schemaOf(t, s, strings.TrimPrefix(ref, "#/components/schemas/"))
	}
	return schema.(object)
}

// bodySchemas are the schemas of bodies, each with a body that keeps to it and has all there is.
var bodySchemas = []struct {
	schema, path, body string
	root               []any
}{
	{"NewOrder", "", `{"userId":"u","currency":"JPY","items":[` + item1 + `]}`, nil},
	{"NewOrderItem", "", `{"userId":"u","items":[` + item1 + `],"currency":"JPY"}`, line1},
	{"NewItems", "/items", `{"items":[` + item1 + `]}`, nil},
	{"NewItem", "/items", `{"items":[` + item1 + `]}`, line1},
	{"Authorization", "/payments/authorize", `{"paymentId":"p","amount":1}`, nil},
	{"Capture", "/payments/capture", `{"paymentId":"p","captureId":"c","amount":1}`, nil},
	{"Voiding", "/payments/void", `{"paymentId":"p"}`, nil},
	{"Refund", "/payments/refund", `{"paymentId":"p","refundId":"c","amount":1}`, nil},
	{"Shipment", "/shipments", `{"shipmentId":"s","items":[` + packed1 + `]}`, nil},
	{"ShipItem", "/shipments", `{"shipmentId":"s","items":[` + packed1 + `]}`, line1},
	{"Delivery", "/deliveries", `{"shipmentId":"s"}`, nil},
	{"Hold", "/hold", `{"reason":"staff","note":"n"}`, nil},
	{"Cancellation", "/cancel", `{"reason":"staff","note":"n"}`, nil},
}

func isBody(schema string) bool {
	for _, each := range bodySchemas {
		if each.schema == schema {
			return true
		}
	}
	return false
}

var line1 = []any{"items", 0}

// packed1 is an item of a shipment.
const packed1 = `{"sku":"sku_1","qty":1}`

// Whatever a schema forbids, the domain refuses and names; at the very edge it makes sense to it.
func TestSchemasStateTheTrueLimits(t *testing.T) {
	s := start(t)
	for _, tt := range bodySchemas {
		schema := schemaOf(t, s, tt.schema)
		properties, _ := schema["properties"].(object)
		if has := names(at(t, tt.body, tt.root)); !slices.Equal(has, names(properties)) {
			t.Errorf("%s has %v, its body here has %v", tt.schema, names(properties), has)
		}
		ask := func(path []any, value any) answer {
			target := place
			if tt.path != "" {
				target += "/" + s.placed(t, "JPY") + tt.path
			}
			return s.ask(t, "POST", target, with(t, tt.body, path, value))
		}
		for name, property := range properties {
			path := append(slices.Clone(tt.root), name)
			for _, each := range edges(t, resolved(t, s, property)) {
				each.check(t, ask(path, each.value), path)
			}
			required, _ := schema["required"].([]any)
			each := edge{"required", nil, !slices.Contains(required, any(name))}
			each.check(t, ask(path, nil), path)
		}
	}
}

// What answers hold is what the document says, no field more or less.
func TestAnswersAreDescribed(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Projections, p.Relays = behind, stuck
	})
	for name, got := range manyAnswers(t, s) {
		properties, _ := schemaOf(t, s, name)["properties"].(object)
		if want := names(properties); !reflect.DeepEqual(names(got), want) {
			t.Errorf("%s has %v, described are %v", name, names(got), want)
		}
	}
}

// manyAnswers returns an object of every schema of an answer, each with all that it can have.
func manyAnswers(t *testing.T, s *service) map[string]object {
	t.Helper()
	created := s.ask(t, "POST", place, mouse)
	id := created.id()
	path := place + "/" + id
	tried := s.ask(t, "POST", path+"/confirm?dryRun=true", "")
	s.do(t, id, "payments/capture", `{"paymentId":"p","amount":2}`)
	s.do(t, id, "payments/refund", `{"paymentId":"p","refundId":"r","amount":1}`)
	s.do(t, id, "cancel", `{"reason":"staff","note":"n"}`)
	shown := s.ask(t, "GET", created.Header.Get("Location"), "")
	view := shown.json["order"].(object)
	view["hold"] = s.ask(t, "GET", show+"/"+s.held(t), "").json["order"].(object)["hold"]
	payment := view["payments"].([]any)[0].(object)
	history := s.ask(t, "GET", show+"/"+id+"/history?limit=1", "")
	shipped := s.ask(t, "GET", show+"/"+s.shipped(t), "").json["order"].(object)
	wrong := s.ask(t, "POST", place, "{}")
	stale := s.ask(t, "POST", path+"/confirm", "", "If-Match", `"9"`)
	problem := s.ask(t, "POST", path+"/confirm", "").json
	problem["issues"] = wrong.json["issues"]
	problem["currentVersion"] = stale.json["currentVersion"]
	all := serviceAnswers(t, s)
	problem["checks"] = all["Readiness"]["checks"]
	maps.Copy(all, map[string]object{
		"OrderView": view, "CommandResult": tried.json, "OneOrder": shown.json,
		"CancellationView": view["cancellation"].(object), "HoldView": view["hold"].(object),
		"ItemView":    first(view, "items"),
		"PaymentView": payment, "CaptureView": first(payment, "captures"),
		"RefundView":   first(payment, "refunds"),
		"ShipmentView": first(shipped, "shipments"),
		"PackedView":   first(first(shipped, "shipments"), "items"),
		"ManyOrders":   s.ask(t, "GET", show+"?limit=1", "").json,
		"Issue":        first(wrong.json, "issues"),
		"Problem":      problem,
		"OrderHistory": history.json,
	})
	return all
}

// serviceAnswers returns those about the service.
func serviceAnswers(t *testing.T, s *service) map[string]object {
	t.Helper()
	s.Started()
	ready := s.ask(t, "GET", "/readyz", "").json
	board := s.ask(t, "GET", "/admin/projections", "").json
	projection := first(board, "projections")
	told := s.ask(t, "GET", "/admin/subscriptions", "").json
	return map[string]object{
		"Health":    s.ask(t, "GET", "/health", "").json,
		"Readiness": ready, "Check": first(ready, "checks"),
		"Projections": board, "Projection": projection, "Lag": projection["lag"].(object),
		"Generations":   projection["generation"].(object),
		"ParkedOrder":   first(projection, "parked"),
		"Subscriptions": told, "Subscription": first(told, "subscriptions"),
		"Failure": first(told, "subscriptions")["failure"].(object),
	}
}

func first(of object, list string) object { return of[list].([]any)[0].(object) }

func names(o object) (all []string) {
	for name := range o {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
