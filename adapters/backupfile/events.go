package backupfile

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// An event is an order.Event in a file: its name, the schema of its data, and these.
type event struct {
	Type   string         `json:"type"`
	Schema int            `json:"schema"`
	Data   jsontext.Value `json:"data"`
}

// The data of events. Amounts are whole numbers of a currency's minor units.
type (
	amount struct {
		Minor    int64  `json:"minor"`
		Currency string `json:"currency"`
	}
	orderLine struct {
		SKU      string `json:"sku"`
		Quantity int    `json:"quantity"`
		Price    amount `json:"price"`
	}
	created struct {
		UserID string      `json:"userId"`
		Lines  []orderLine `json:"lines"`
	}
	itemsChanged struct {
		Lines []orderLine `json:"lines"`
	}
	authorized struct {
		PaymentID string `json:"paymentId"`
		Amount    amount `json:"amount"`
	}
	captured struct {
		PaymentID string `json:"paymentId"`
		CaptureID string `json:"captureId"`
		Amount    amount `json:"amount"`
	}
	refunded struct {
		PaymentID string `json:"paymentId"`
		RefundID  string `json:"refundId"`
		Amount    amount `json:"amount"`
	}
	packed struct {
		SKU      string `json:"sku"`
		Quantity int    `json:"quantity"`
	}
	shipped struct {
		ShipmentID string   `json:"shipmentId"`
		Items      []packed `json:"items"`
	}
	delivered struct {
		ShipmentID string `json:"shipmentId"`
	}
	reasoned struct {
		Reason string `json:"reason"`
		Note   string `json:"note,omitempty"`
	}
	nothing struct{}
)

// A form ties an event to its data in a schema.
type form struct {
	name   string
	schema int
	write  func(order.Event) (jsontext.Value, error)
	read   func(jsontext.Value) (order.Event, error)
}

// forms has every form in which an event was ever written, the newest of each last: that one is
// written. One that was released is never changed, except that it may gain optional members.
var forms = []form{
	formOf(1, func(e order.Created) created {
		return created{e.UserID, linesOf(e.Lines)}
	}, func(d created) order.Created {
		return order.Created{UserID: d.UserID, Lines: linesIn(d.Lines)}
	}),
	formOf(1, func(e order.ItemsChanged) itemsChanged {
		return itemsChanged{linesOf(e.Lines)}
	}, func(d itemsChanged) order.ItemsChanged {
		return order.ItemsChanged{Lines: linesIn(d.Lines)}
	}),
	empty[order.Confirmed](1),
	formOf(1, func(e order.PaymentAuthorized) authorized {
		return authorized{e.PaymentID, amountOf(e.Amount)}
	}, func(d authorized) order.PaymentAuthorized {
		return order.PaymentAuthorized{PaymentID: d.PaymentID, Amount: d.Amount.money()}
	}),
	formOf(1, func(e order.PaymentCaptured) captured {
		return captured{e.PaymentID, e.CaptureID, amountOf(e.Amount)}
	}, func(d captured) order.PaymentCaptured {
		return order.PaymentCaptured{
			PaymentID: d.PaymentID, CaptureID: d.CaptureID, Amount: d.Amount.money(),
		}
	}),
	formOf(1, func(e order.PaymentRefunded) refunded {
		return refunded{e.PaymentID, e.RefundID, amountOf(e.Amount)}
	}, func(d refunded) order.PaymentRefunded {
		return order.PaymentRefunded{
			PaymentID: d.PaymentID, RefundID: d.RefundID, Amount: d.Amount.money(),
		}
	}),
	formOf(1, func(e order.PaymentVoided) authorized {
		return authorized{e.PaymentID, amountOf(e.Amount)}
	}, func(d authorized) order.PaymentVoided {
		return order.PaymentVoided{PaymentID: d.PaymentID, Amount: d.Amount.money()}
	}),
	formOf(1, func(e order.ItemsShipped) shipped {
		return shipped{e.ShipmentID, packedOf(e.Items)}
	}, func(d shipped) order.ItemsShipped {
		return order.ItemsShipped{ShipmentID: d.ShipmentID, Items: packedIn(d.Items)}
	}),
	formOf(1, func(e order.ShipmentDelivered) delivered { return delivered{e.ShipmentID} },
		func(d delivered) order.ShipmentDelivered {
			return order.ShipmentDelivered{ShipmentID: d.ShipmentID}
		}),
	formOf(1, func(e order.PutOnHold) reasoned { return reasoned{string(e.Reason), e.Note} },
		func(d reasoned) order.PutOnHold {
			return order.PutOnHold{Reason: order.Reason(d.Reason), Note: d.Note}
		}),
	empty[order.Released](1),
	empty[order.Completed](1),
	formOf(1, func(e order.Cancelled) reasoned { return reasoned{string(e.Reason), e.Note} },
		func(d reasoned) order.Cancelled {
			return order.Cancelled{Reason: order.Reason(d.Reason), Note: d.Note}
		}),
}

func formOf[E order.Event, D any](schema int, of func(E) D, in func(D) E) form {
	var none E
	return form{
		name: none.Type(), schema: schema,
		write: func(e order.Event) (jsontext.Value, error) {
			is, _ := e.(E) // Its type was found by its name.
			return json.Marshal(of(is))
		},
		read: func(text jsontext.Value) (order.Event, error) {
			var d D
			err := json.Unmarshal(text, &d, json.RejectUnknownMembers(true))
			if part, is := any(d).(checked); is && err == nil {
				err = part.check()
			}
			return in(d), err
		},
	}
}

func empty[E order.Event](schema int) form {
	return formOf(schema, func(E) nothing { return nothing{} }, func(nothing) (e E) { return e })
}

// newest has the form of each event that is written.
var newest = func() map[string]form {
	all := map[string]form{}
	for _, f := range forms {
		all[f.name] = f
	}
	return all
}()

func eventOf(e order.Event) (event, error) {
	f, is := newest[e.Type()]
	if !is {
		return event{}, fmt.Errorf("%s has no form in adapters/backupfile/events.go", e.Type())
	}
	data, err := f.write(e)
	return event{f.name, f.schema, data}, err
}

var errUnknown = errors.New("this program does not know it; a newer one may have written it")

func (e event) means() (order.Event, error) {
	for _, f := range forms {
		if f.name == e.Type && f.schema == e.Schema {
			return f.read(e.Data)
		}
	}
	return nil, fmt.Errorf("event %.100q, schema %d: %w", e.Type, e.Schema, errUnknown)
}
