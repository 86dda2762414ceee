package http_test

import (
	"slices"
	"strings"
	"testing"
)

// held returns an order that is on hold.
func (s *service) held(t *testing.T) string {
	t.Helper()
	id := s.order(t)
	s.do(t, id, "hold", `{"reason":"fraud","note":"odd"}`)
	return id
}

func TestHold(t *testing.T) {
	s := start(t)
	id := s.held(t)
	s.do(t, id, "hold", `{"reason":"fraud","note":"odd"}`).has(t,
		`{"message":"✅ Order on hold",`, `"version":2,"status":"CREATED"`)
	for _, each := range [][]string{
		{"confirm", ""}, {"hold", `{"reason":"staff"}`},
		{"payments/capture", `{"paymentId":"p","amount":1}`},
	} {
		s.refusesNow(t, id, each[0], each[1], "on-hold",
			`["changeItems","authorizePayment","release","cancel"]`)
	}
	shown := s.ask(t, "GET", show+"/"+id, "")
	shown.has(t, `"hold":{"reason":"fraud","note":"odd","at":"`, `"version":2`)
	s.ask(t, "GET", show+"/"+id+"/history", "").has(t,
		`"type":"OrderHeld"`, `"data":{"reason":"fraud","note":"odd"}`)
	for range 2 { // The second time nothing happens, and that is fine.
		s.do(t, id, "release", "").has(t, `{"message":"✅ Order released",`, `"version":3`)
	}
	if shown := s.ask(t, "GET", show+"/"+id, ""); strings.Contains(shown.text, `"hold":{`) {
		t.Errorf("released, it is on hold: %s", shown.text)
	}
	s.ask(t, "GET", show+"/"+id+"/history", "").has(t, `"type":"OrderReleased"`)
	s.do(t, id, "confirm", "")
	s.do(t, id, "hold", `{"reason":"staff"}`).has(t, `"version":5`)
	s.do(t, id, "cancel", `{"reason":"fraud"}`)
	if shown := s.ask(t, "GET", show+"/"+id, ""); strings.Contains(shown.text, `"hold":{`) {
		t.Errorf("cancelled, it is on hold: %s", shown.text)
	}
	s.ask(t, "GET", show+"/"+id+"?atVersion=2", "").has(t, `"hold":{"reason":"fraud"`)
}

func TestHeldSelects(t *testing.T) {
	s := start(t)
	free, held := s.order(t), s.held(t)
	for query, want := range map[string][]string{
		"held=true": {held}, "held=false": {free}, "held=": {held, free},
		"held=true&status=CONFIRMED": nil,
	} {
		a := s.ask(t, "GET", show+"?"+query, "")
		a.is(t, 200)
		var got []string
		for _, each := range a.json["orders"].([]any) {
			got = append(got, each.(object)["orderId"].(string))
		}
		if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	s.ask(t, "GET", show+"?held=yes", "").has(t, `"path":["held"]`)
	s.ask(t, "GET", show+"?held=true&held=true", "").has(t,
		`"issues":[{"path":["held"],"message":"must be given only once"}]`)
}
