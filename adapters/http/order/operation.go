package order

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
)

const operationText = "A command that has already taken effect changes nothing and succeeds. " +
	"If the order's state does not allow it, the answer is 409 and lists the commands that are " +
	"allowed instead. With `If-Match` it is carried out on that version only, else the answer " +
	"is 412. " +
	"After 900 changes, commands that add work are refused; after 1000, captures, refunds and " +
	"shipments must cover everything left (409 with the code `order-full`)."

// An operationRow is an operation, whatever its body.
type operationRow interface {
	at() (name, path string)
	body() CommandBody
	add(c *Commands, api huma.API)
}

// An operation is a command on an order: its name in the domain, its path below the order's, its
// summary, and the message of its answer.
type operation[W message.Body] struct{ name, path, summary, done string }

func (o operation[W]) at() (name, path string) { return o.name, o.path }

func (o operation[W]) body() CommandBody {
	return CommandBody{o.name, o.summary, reflect.TypeFor[W]()}
}

func (o operation[W]) add(c *Commands, api huma.API) {
	op := commandOn(400, 404, 409, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = o.name, o.summary, operationText
	op.Path = wire.CommandRoot + "/{" + wire.OrderID + "}/" + o.path
	op.Parameters = append(op.Parameters, wire.Parameter("OrderId"), wire.Parameter("IfMatch"))
	op.Responses["200"] = wire.Response(
		"The command was carried out, now or before; or the result of a dry run.", "ETag",
		"Idempotent-Replayed", "Preference-Applied")
	op.Responses["200"].Content = wire.Content[commandResult](api)
	huma.Register(api, op, change[W](c, o.done))
	if describeBody[W](api, op) {
		wire.Close[W](api)
	}
}

// commandOn describes what all commands have in common.
func commandOn(statuses ...int) huma.Operation {
	responses := wire.Problems(statuses...)
	responses["503"].Description += wire.UnlessUnknown
	return huma.Operation{
		Method: fiber.MethodPost, Tags: []string{"commands"},
		Parameters: []*huma.Param{
			wire.Parameter("IdempotencyKey"), wire.Parameter("DryRun"), wire.Parameter("Prefer"),
			wire.Parameter("RequestId"), wire.Parameter("Traceparent"),
		},
		Responses: responses,
	}
}

// describeBody describes the body after Huma has registered the operation. So Huma neither reads
// nor checks the body, which the handler decodes. Where the body has no fields, clients need none,
// and it describes none.
func describeBody[W message.Body](api huma.API, op huma.Operation) (described bool) {
	post := api.OpenAPI().Paths[op.Path].Post
	if !message.Required[W]() {
		post.Description += " It takes no body, or an empty object."
		return false
	}
	post.RequestBody = &huma.RequestBody{Required: true, Content: wire.Content[W](api)}
	return true
}
