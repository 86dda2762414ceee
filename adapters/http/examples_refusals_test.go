package http_test

import (
	"context"
	"fmt"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

const (
	tooMuch  = `{"paymentId":"pay_9","amount":1198.01}`
	aLittle  = `{"paymentId":"pay_1","amount":1}`
	oneBack  = `{"paymentId":"pay_1","refundId":"ref_1","amount":1}`
	oneMouse = `{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":1}]}`
)

// refusals are all that orders refuse, each by an order that the steps made, at a version if there
// is one. An empty body stands for that with which the command is done.
var refusals = []struct {
	command, steps, body, code string
	version                    int
}{
	{"changeItems", "confirm", "", "command-not-allowed", 0},
	{"changeItems", "capturePayment", "", "payment-started", 0},
	{"changeItems", "", "", "order-full", 900},
	{"confirm", "cancel", "", "command-not-allowed", 0},
	{"confirm", "hold", "", "on-hold", 0},
	{"confirm", "", "", "order-full", 1000},
	{"authorizePayment", "cancel", "", "command-not-allowed", 0},
	{"authorizePayment", "", tooMuch, "amount-exceeded", 0},
	{"authorizePayment", "authorizePayment", aLittle, "id-reused", 0},
	{"authorizePayment", "", "", "order-full", 900},
	{"capturePayment", "cancel", "", "command-not-allowed", 0},
	{"capturePayment", "hold", "", "on-hold", 0},
	{"capturePayment", "", tooMuch, "amount-exceeded", 0},
	{
		"capturePayment", "capturePayment",
		`{"paymentId":"pay_1","captureId":"cap_1","amount":1}`, "id-reused", 0,
	},
	{"capturePayment", "", aLittle, "order-full", 1000},
	{"voidPayment", "cancel", "", "command-not-allowed", 0},
	{"voidPayment", "capturePayment", "", "nothing-held", 0},
	{"voidPayment", "authorizePayment", `{"paymentId":"pay_9"}`, "payment-unknown", 0},
	{"refundPayment", "confirm", "", "nothing-captured", 0},
	{
		"refundPayment", "capturePayment",
		`{"paymentId":"pay_9","refundId":"ref_1","amount":1198}`, "payment-unknown", 0,
	},
	{
		"refundPayment", "capturePayment",
		`{"paymentId":"pay_1","refundId":"ref_9","amount":1198.01}`, "amount-exceeded", 0,
	},
	{"refundPayment", "capturePayment refundPayment", oneBack, "id-reused", 0},
	{"refundPayment", "capturePayment", oneBack, "order-full", 1000},
	{"shipItems", "capturePayment", "", "command-not-allowed", 0},
	{"shipItems", "confirm", "", "not-paid", 0},
	{"shipItems", "confirm capturePayment hold", "", "on-hold", 0},
	{"shipItems", "confirm capturePayment refundPayment", "", "refunded", 0},
	{
		"shipItems", "confirm capturePayment",
		`{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":3}]}`, "quantity-exceeded", 0,
	},
	{"shipItems", "confirm capturePayment shipItems", oneMouse, "id-reused", 0},
	{"shipItems", "confirm capturePayment", oneMouse, "order-full", 1000},
	{"deliverShipment", "confirm capturePayment cancel", "", "command-not-allowed", 0},
	{
		"deliverShipment", "confirm capturePayment shipItems", `{"shipmentId":"ship_9"}`,
		"shipment-unknown", 0,
	},
	{"hold", "cancel", "", "command-not-allowed", 0},
	{"hold", "hold", `{"reason":"inventory"}`, "on-hold", 0},
	{"hold", "", "", "order-full", 900},
	{"release", "cancel", "", "command-not-allowed", 0},
	{"complete", "capturePayment", "", "command-not-allowed", 0},
	{"complete", "confirm hold", "", "on-hold", 0},
	{"complete", "confirm", "", "not-paid", 0},
	{"complete", "confirm capturePayment", "", "not-delivered", 0},
	{"cancel", delivered + " complete", "", "command-not-allowed", 0},
	{"cancel", "confirm capturePayment shipItems", "", "already-shipped", 0},
}

func (e examples) commandsRefused(t *testing.T) {
	for _, tt := range refusals {
		store := &old{}
		s := startWith(t, http.Config{}, func(usual ports.EventStore) ports.EventStore {
			store.EventStore = usual
			return store
		}, nil)
		id := s.sample(t, tt.steps)
		store.version = tt.version
		body := tt.body
		if body == "" {
			body = commands[tt.command].body
		}
		path := place + "/" + id + "/" + commands[tt.command].path
		e.keep(t, tt.command, tt.code, s.ask(t, "POST", path, body))
	}
}

// An old store tells of an order more changes than there were, up to a version.
type old struct {
	ports.EventStore
	version int
}

func (o *old) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	err := o.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		after = c.Version
		return each(c)
	})
	for err == nil && after < o.version {
		after++
		err = each(ports.Commit{
			OrderID: id, Version: after, At: noon.UTC(), ID: fmt.Sprint(after),
			Events: []order.Event{order.Released{}},
		})
	}
	return err
}
