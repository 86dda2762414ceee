package http_test

import (
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
