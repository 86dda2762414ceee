package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

// addSteps adds every command on an order. One more command is one more step here.
func (s *Server) addSteps(api huma.API) {
	for _, step := range []interface{ add(*Server, huma.API) }{
		step[newItems]{"changeItems", "items", "Replace the items of an order",
			"✅ Items changed"},
		step[confirmation]{"confirm", "confirm", "Make an order binding", "✅ Order confirmed"},
		step[authorization]{"authorizePayment", "payments/authorize",
			"Tell that an amount is held", "✅ Payment authorized"},
		step[capture]{"capturePayment", "payments/capture", "Tell that an amount was taken",
			"✅ Payment captured"},
		step[voiding]{"voidPayment", "payments/void", "Void a payment",
			"✅ Payment voided"},
		step[refund]{"refundPayment", "payments/refund", "Tell that an amount was given back",
			"✅ Payment refunded"},
		step[shipment]{"shipItems", "shipments", "Tell that items left", "✅ Items shipped"},
		step[delivery]{"deliverShipment", "deliveries", "Tell that a shipment arrived",
			"✅ Shipment delivered"},
		step[completion]{"complete", "complete", "Close an order that is paid and delivered",
			"✅ Order completed"},
		step[cancellation]{"cancel", "cancel", "End an order, and say why", "✅ Order cancelled"},
	} {
		step.add(s, api)
	}
}

// A step is a command on an order: its name in the domain, its path below the order's, what it
// does, and what its answer says when it is done.
type step[W wish] struct{ name, path, summary, done string }

func (t step[W]) add(s *Server, api huma.API) {
	s.steps[t.name] = t.path
	op := commandOn(400, 404, 409, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = t.name, t.summary, stepText
	op.Path = commandRoot + "/{" + orderID + "}/" + t.path
	op.Parameters = append(op.Parameters, wire.Parameter("OrderId"), wire.Parameter("IfMatch"))
	op.Responses["200"] = wire.Answers("It is done, now or before; or what a dry run found.",
		"ETag", "Idempotent-Replayed", "Preference-Applied")
	op.Responses["200"].Content = doneOrNot(api)
	huma.Register(api, op, change[W](s, t.done))
	describeBody[W](api, op)
}
