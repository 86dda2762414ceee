package http_test

import (
	"maps"
	"slices"
	"testing"

	"orders/domain/order"
)

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
