package jsonl

import (
	"encoding/json"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// A line is a commit as it is stored, its fields called as in ports.
type line struct {
	ports.Commit
	Events     []event // In place of those of the commit, which JSON alone could not tell apart.
	Unreadable any     `json:",omitempty"` // Likewise: it is not stored.
}

// An event is stored under its name, as its fields are called in domain/order.
type event struct {
	Type string
	Data json.RawMessage
}

// forms reads the data of each event.
var forms = map[string]func([]byte) (order.Event, error){
	order.Created{}.Type():           as[order.Created],
	order.ItemsChanged{}.Type():      as[order.ItemsChanged],
	order.Confirmed{}.Type():         as[order.Confirmed],
	order.PaymentAuthorized{}.Type(): as[order.PaymentAuthorized],
	order.PaymentCaptured{}.Type():   as[order.PaymentCaptured],
	order.PaymentRefunded{}.Type():   as[order.PaymentRefunded],
	order.PaymentVoided{}.Type():     as[order.PaymentVoided],
	order.ItemsShipped{}.Type():      as[order.ItemsShipped],
	order.ShipmentDelivered{}.Type(): as[order.ShipmentDelivered],
	order.Completed{}.Type():         as[order.Completed],
	order.PutOnHold{}.Type():         as[order.PutOnHold],
	order.Released{}.Type():          as[order.Released],
	order.Cancelled{}.Type():         as[order.Cancelled],
}

func as[E order.Event](data []byte) (order.Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// encode refuses what decode would not know: it would be acknowledged and never shown.
func encode(c ports.Commit) ([]byte, error) {
	l := line{Commit: c}
	for _, e := range c.Events {
		if forms[e.Type()] == nil {
			return nil, fmt.Errorf("%s has no row in forms of test/example/jsonl/line.go", e.Type())
		}
		data, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		l.Events = append(l.Events, event{e.Type(), data})
	}
	text, err := json.Marshal(l)
	return append(text, '\n'), err
}

// decode returns what could be read, also beside an error, which wraps ErrUnreadable.
func decode(text []byte) (ports.Commit, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return ports.Commit{}, fmt.Errorf("%w: %w", ports.ErrUnreadable, err)
	}
	c := l.Commit
	for _, e := range l.Events {
		form := forms[e.Type]
		if form == nil {
			return c, fmt.Errorf("event %s: %w", e.Type, ports.ErrUnreadable)
		}
		happened, err := form(e.Data)
		if err != nil {
			return c, fmt.Errorf("event %s: %w: %w", e.Type, ports.ErrUnreadable, err)
		}
		c.Events = append(c.Events, happened)
	}
	return c, nil
}
