package journal

import (
	"testing"
	"time"

	"orders/adapters/message"
	"orders/domain/order"
	"orders/ports"
	"orders/test/eventschema"
)

// Events are told to brokers again when a topic is made anew, in whatever form they were stored.
func TestEveryStoredFormIsToldAsItsSchemaSays(t *testing.T) {
	told := 0
	for _, form := range eventForms {
		for path, g := range goldens(t, form) {
			all, err := message.Envelope{Source: "/orders"}.Events(ports.Commit{
				OrderID: order.MakeID(make([]byte, order.IDBytes)), Version: 1, At: time.Now(),
				Events: []order.Event{eventschema.Plausible(g.means(t, form))},
			})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			told++
			if err := eventschema.CheckClosed(all[0]); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if told < len(eventForms) {
		t.Errorf("only %d events are told", told)
	}
}
