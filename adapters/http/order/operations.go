package order

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
)

const (
	createText = "Without an Idempotency-Key every request makes another order. " +
		"Prices are exact: they may have no more decimals than the currency. " +
		"An `If-Match` never holds (412), as there is no order yet."
	stepText = "Repeated when it is already so, it changes nothing and succeeds. " +
		"A state that forbids it is told, with the commands that it allows (409). " +
		"With `If-Match` it is carried out on that version only (412). " +
		"After 900 changes an order takes no other items and no authorization. After 1000 it " +
		"takes only cancel, complete, deliverShipment, voidPayment, and a capture, refund or " +
		"shipment of all that is left (409, `order-full`)."
)

// operations are the commands on an order. One more command is one more row here.
var operations = []operationRow{
	operation[message.NewItems]{"changeItems", "items",
		"Replace the items of an order", "✅ Items changed"},
	operation[message.Confirmation]{"confirm", "confirm",
		"Make an order binding", "✅ Order confirmed"},
	operation[message.Authorization]{"authorizePayment", "payments/authorize",
		"Tell that an amount is held", "✅ Payment authorized"},
	operation[message.Capture]{"capturePayment", "payments/capture",
		"Tell that an amount was taken", "✅ Payment captured"},
	operation[message.Voiding]{"voidPayment", "payments/void",
		"Void a payment", "✅ Payment voided"},
	operation[message.Refund]{"refundPayment", "payments/refund",
		"Tell that an amount was given back", "✅ Payment refunded"},
	operation[message.Shipment]{"shipItems", "shipments",
		"Tell that items left", "✅ Items shipped"},
	operation[message.Delivery]{"deliverShipment", "deliveries",
		"Tell that a shipment arrived", "✅ Shipment delivered"},
	operation[message.Completion]{"complete", "complete",
		"Close an order that is paid and delivered", "✅ Order completed"},
	operation[message.Cancellation]{"cancel", "cancel",
		"End an order, and say why", "✅ Order cancelled"},
}

// operationPaths are, for each command on an order, its path below the order's.
var operationPaths = func() map[string]string {
	all := map[string]string{}
	for _, o := range operations {
		name, path := o.at()
		all[name] = path
	}
	return all
}()

// An operationRow is an operation, whatever its body.
type operationRow interface {
	at() (name, path string)
	add(c *Commands, api huma.API)
}

// Add adds every command.
func (s *Commands) Add(api huma.API) {
	s.addCreate(api)
	for _, o := range operations {
		o.add(s, api)
	}
}

// An operation is a command on an order: its name in the domain, its path below the order's, what
// it does, and what its answer says when it is done.
type operation[W message.Body] struct{ name, path, summary, done string }

func (o operation[W]) at() (name, path string) { return o.name, o.path }

func (o operation[W]) add(c *Commands, api huma.API) {
	op := commandOn(400, 404, 409, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = o.name, o.summary, stepText
	op.Path = wire.CommandRoot + "/{" + wire.OrderID + "}/" + o.path
	op.Parameters = append(op.Parameters, wire.Parameter("OrderId"), wire.Parameter("IfMatch"))
	op.Responses["200"] = wire.Answers("It is done, now or before; or what a dry run found.",
		"ETag", "Idempotent-Replayed", "Preference-Applied")
	op.Responses["200"].Content = doneOrNot(api)
	huma.Register(api, op, change[W](c, o.done))
	describeBody[W](api, op)
}

func (s *Commands) addCreate(api huma.API) {
	op := commandOn(400, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = "create", "Create an order", createText
	op.Path, op.DefaultStatus = wire.CommandRoot, fiber.StatusCreated
	op.Responses["201"] = wire.Answers("The order was created.", "ETag", "Location",
		"Preference-Applied")
	op.Responses["201"].Content = wire.Content[commandResult](api)
	op.Responses["200"] = wire.Answers("The Idempotency-Key came before: the first answer "+
		"again, as it was then. Or what a dry run found.",
		"ETag", "Location", "Idempotent-Replayed", "Preference-Applied")
	op.Responses["200"].Content = doneOrNot(api)
	huma.Register(api, op, s.create)
	describeBody[message.NewOrder](api, op)
}

// commandOn describes what all commands have in common.
func commandOn(statuses ...int) huma.Operation {
	return huma.Operation{
		Method: fiber.MethodPost, Tags: []string{"commands"},
		Parameters: []*huma.Param{
			wire.Parameter("IdempotencyKey"), wire.Parameter("DryRun"), wire.Parameter("Prefer"),
			wire.Parameter("RequestId"), wire.Parameter("Traceparent"),
		},
		Responses: wire.Failures(statuses...),
	}
}

// describeBody tells of the body after Huma has registered the operation, so that Huma leaves
// its reading and its rules to us.
func describeBody[W message.Body](api huma.API, op huma.Operation) {
	api.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{
		Required: message.Required[W](), Content: wire.Content[W](api),
	}
}
