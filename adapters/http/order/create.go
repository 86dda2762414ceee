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
)

const createSummary = "Create an order"

const createText = "Without an Idempotency-Key every request creates another order. " +
	"Prices are in major units: `\"price\":599` in USD is 599 dollars, not 5.99. They are exact " +
	"and may have no more decimals than the currency. " +
	"A request with `If-Match` always gets 412, as the order does not exist yet."

// tolerantText says what its schema cannot say of a service that is not strict.
const tolerantText = " An unknown name in the body is refused if it was probably meant to " +
	"be another, here or in another place, and ignored otherwise."

func (s *Commands) addCreate(api huma.API) {
	op := commandOn(400, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = message.Create, createSummary, createText
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
	body, unknown, err := message.DecodeNewOrder(c.text, s.strict, dryRun)
	switch {
	case err != nil:
		return nil, err
	case c.request.IfMatch != nil:
		return nil, &command.VersionError{}
	}
	c.request.AnyCurrency = !body.Currency.Given
	user, confined := c.request.Caller.Confined()
	if body, err = body.By(message.Sender{User: user, Confined: confined}); err != nil {
		return nil, err
	}
	result, err := s.execute(ctx, c.request, body, c.prefers)
	switch {
	case err != nil:
		return nil, err
	case c.request.DryRun:
		return s.preview(ctx, c.request, result, c.prefers)
	}
	s.ignored.Log(ctx, unknown, c.request.RequestID)
	c.line.OrderID = result.ID
	r := s.answerFor(ctx, c.request, result, c.prefers, "✅ Order created")
	r.Location = s.paths.query(result.ID)
	if !result.Replayed {
		r.Status = fiber.StatusCreated
	}
	return r, nil
}

// describeOwnUser says that callers who only place orders of their own need not name themselves.
func describeOwnUser(r huma.Registry) {
	s := r.SchemaFromRef(r.Schema(reflect.TypeFor[message.NewOrder](), true, "").Ref)
	s.Required = slices.DeleteFunc(s.Required, func(name string) bool { return name == "userId" })
	s.Properties["userId"].Description += " Without the scope `orders:manage` it is the token's " +
		"own user, and may be left out."
}
