package order

import (
	"context"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/command"
	"orders/domain/order"
)

const createText = "Without an Idempotency-Key every request creates another order. " +
	"Prices are in major units: `\"price\":599` in USD is 599 dollars, not 5.99. They are exact " +
	"and may have no more decimals than the currency. " +
	"A request with `If-Match` always gets 412, as the order does not exist yet."

// tolerantText says what its schema cannot say of a service that is not strict.
const tolerantText = " An unknown name in the body is refused if it was probably meant to " +
	"be another, here or in another place, and ignored otherwise."

func (s *Commands) addCreate(api huma.API) {
	op := commandOn(400, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = "create", "Create an order", createText
	if !s.strict {
		op.Description += tolerantText
	}
	op.Path, op.DefaultStatus = wire.CommandRoot, fiber.StatusCreated
	op.Responses["201"] = wire.Response("The order was created.", "ETag", "Location",
		"Preference-Applied")
	op.Responses["201"].Content = wire.Content[commandResult](api)
	op.Responses["200"] = wire.Response("The first answer, if the Idempotency-Key was used "+
		"before; or the result of a dry run.",
		"ETag", "Location", "Idempotent-Replayed", "Preference-Applied")
	op.Responses["200"].Content = wire.Content[commandResult](api)
	huma.Register(api, op, s.create)
	describeBody[message.NewOrder](api, op)
	if s.tokens {
		describeOwnUser(api.OpenAPI().Components.Schemas)
	}
	if s.strict {
		wire.Close[message.NewOrder](api)
	}
}

// create handles the one command without an order. No If-Match can match there.
func (s *Commands) create(
	ctx context.Context, c *commandRequest[message.NewOrder],
) (*commandAnswer, error) {
	body, unknown, err := s.newOrder(c.text)
	switch {
	case err != nil:
		return nil, err
	case c.request.IfMatch != nil:
		return nil, &command.VersionError{}
	}
	c.request.AnyCurrency = !body.Currency.Given
	if user, confined := c.request.Caller.Confined(); confined {
		if !body.UserID.Given && !order.IsName(user) {
			return nil, errNoOwner
		}
		body.UserID = body.UserID.Or(user)
	}
	result, err := s.execute(ctx, c.request, body, c.prefers)
	switch {
	case err != nil:
		return nil, err
	case c.request.DryRun:
		return s.preview(ctx, c.request, result, c.prefers)
	}
	s.ignored.log(ctx, unknown, c.request.RequestID)
	c.line.OrderID = result.ID
	r := s.answerFor(ctx, c.request, result, c.prefers, "✅ Order created")
	r.Location = s.paths.query(result.ID)
	if !result.Replayed {
		r.Status = fiber.StatusCreated
	}
	return r, nil
}

// errNoOwner answers a caller who can own no order.
var errNoOwner = wire.InvalidField("userId", "the token's subject cannot be a userId, which has "+
	"at most 128 characters, so its bearer can own no order")

// describeOwnUser says that callers who only place orders of their own need not name themselves.
func describeOwnUser(r huma.Registry) {
	s := r.SchemaFromRef(r.Schema(reflect.TypeFor[message.NewOrder](), true, "").Ref)
	s.Required = slices.DeleteFunc(s.Required, func(name string) bool { return name == "userId" })
	s.Properties["userId"].Description += " Without the scope `orders:manage` it is the token's " +
		"own user, and may be left out."
}

// newOrder decodes the body. Unless the service is strict, it ignores unknown names that were
// hardly meant to be others, and returns them to be logged: the Node.js original ignored all.
func (s *Commands) newOrder(text []byte) (body message.NewOrder, ignored []string, err error) {
	if s.strict {
		body, err = message.Decode[message.NewOrder](text, dryRun)
		return body, nil, err
	}
	return message.DecodeTolerantly[message.NewOrder](text, dryRun)
}
