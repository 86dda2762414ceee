package http_test

import (
	"strings"
	"testing"

	"orders/adapters/message"
)

// A message that would be too large refers to its event in the order's history.
func TestADataRefShowsTheVeryEvent(t *testing.T) {
	s := start(t)
	id := s.order(t)
	name := strings.Repeat("p", 128)
	s.do(t, id, "items", `{"items":[{"sku":"`+name+`","qty":3,"price":0.5}]}`)
	s.do(t, id, "payments/authorize", `{"paymentId":"`+name+`","amount":1.5}`)
	s.do(t, id, "cancel", `{"reason":"staff","note":"`+name+`"}`)
	for _, c := range s.commits(t, id)[1:] {
		whole, err := message.Envelope{Source: "/orders"}.Events(c)
		if err != nil {
			t.Fatal(err)
		}
		least := whole[0].Size() // The events of a commit are about as large.
		for _, e := range whole {
			least = min(least, e.Size())
		}
		small, err := message.Envelope{Source: "/orders", MaxBytes: least - 1}.Events(c)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range small {
			a := s.ask(t, "GET", e.DataRef, "")
			a.is(t, 200)
			a.has(t, `"data":`+string(whole[i].Data)+`}]`)
			a.has(t, `"at":"`+e.Time+`"`)
			if n := strings.Count(a.text, `"type":`); n != 1 {
				t.Errorf("%s shows %d events: %s", e.DataRef, n, a.text)
			}
		}
	}
}
