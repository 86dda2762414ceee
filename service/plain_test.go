package service

import (
	"strings"
	"testing"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// What a broker says may have the login of its URL, and anything else.
func TestWhatIsKeptOfABrokerHasNoLogins(t *testing.T) {
	kept, err := memory.NewSubscriptions().Open("test")
	if err != nil {
		t.Fatal(err)
	}
	const said = "dial amqp://bob:Kvjq7@broker:5672/\n\x1b[31m" + ": refused"
	s := plain(kept)
	id := order.MakeID(make([]byte, 17))
	if err := s.Failures.Record(t.Context(), ports.Failure{Reason: said}); err != nil {
		t.Error(err)
	}
	parked := []ports.ParkedOrder{{ID: id, Version: 1, Reason: said}}
	if err := s.Parked.Park(t.Context(), parked); err != nil || parked[0].Reason != said {
		t.Error(parked, err)
	}
	last, _ := s.Failures.Last(t.Context())
	all, _ := s.Parked.List(t.Context(), "", 1)
	for _, text := range []string{last.Reason, all[0].Reason} {
		if !strings.HasPrefix(text, "dial amqp://…@broker:5672") ||
			strings.Contains(text, "Kvjq7") || strings.ContainsAny(text, "\n\x1b") {
			t.Errorf("kept is %q", text)
		}
	}
}
