package http_test

import (
	"fmt"
	"strings"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// aged is an order that is confirmed, holds all of its total, and has had so many changes.
func (s *service) aged(t *testing.T, version int) string {
	t.Helper()
	id := s.order(t)
	s.do(t, id, "confirm", "")
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":1198}`)
	past := ports.Stream{ID: order.ID(id), Commits: s.commits(t, id)}
	for past.Version() < version {
		c := ports.Commit{
			OrderID: past.ID, Version: past.Version() + 1, At: noon.UTC(),
			ID: fmt.Sprint(past.Version()), Events: []order.Event{order.Confirmed{}},
		}
		if err := s.store.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past = past.With(c)
	}
	s.ask(t, "GET", fmt.Sprintf("%s/%s?minVersion=%d", show, id, version), "").is(t, 200)
	return id
}

// An order that has had a thousand changes is not stuck: it says what it still takes, in answers,
// refusals and links, and comes to its end.
func TestAnOrderOfManyChangesComesToItsEnd(t *testing.T) {
	s := start(t)
	id := s.aged(t, 1000)
	const all = `"allowedCommands":["capturePayment","voidPayment","shipItems","cancel"]`
	s.ask(t, "GET", show+"/"+id, "").has(t, `"version":1000`, all)
	s.ask(t, "GET", show+"/"+id+"?atVersion=1000", "").has(t, all)
	s.unfit(t, id, "payments/capture", `{"paymentId":"p","captureId":"c","amount":1}`,
		"order-full")
	done := s.do(t, id, "payments/capture", `{"paymentId":"p","captureId":"c","amount":1198}`)
	done.has(t, `"version":1001`, `"refundPayment":`, `"shipItems":`)
	s.unfit(t, id, "shipments", `{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":1}]}`,
		"order-full")
	tried := s.do(t, id, "shipments?dryRun=true",
		`{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":2}]}`)
	tried.has(t, `"version":1002`, `"allowedCommands":["refundPayment","deliverShipment"]`)
	s.do(t, id, "shipments", `{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":2}]}`)
	s.do(t, id, "deliveries", `{"shipmentId":"s"}`)
	s.do(t, id, "complete", "").header(t, "ETag", `"1004"`)
}

func TestLinksNameWhatAnOrderStillTakes(t *testing.T) {
	s := start(t)
	for version, grows := range map[int]bool{898: true, 899: false} {
		id := s.aged(t, version)
		done := s.do(t, id, "payments/void", `{"paymentId":"p"}`)
		if strings.Contains(done.text, `"authorizePayment":`) != grows {
			t.Errorf("after %d changes: %s", version+1, done.text)
		}
		if !grows {
			s.refusesNow(t, id, "payments/authorize", `{"paymentId":"q","amount":1}`, "order-full",
				`["capturePayment","cancel"]`)
		}
	}
}
