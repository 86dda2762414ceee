package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/ports/budget"
)

const wouldBe = "🧪 Dry run: this would happen. Nothing was changed."

// A dryRunResult shows what a command would do.
type dryRunResult struct {
	Message string     `json:"message" doc:"What happened, in words." example:"🧪 Dry run: this would happen. Nothing was changed."`
	DryRun  bool       `json:"dryRun" doc:"Always true." example:"true"`
	Events  []newEvent `json:"events" doc:"The events that would be recorded; none if the command has already taken effect."`
	Order   shownOrder `json:"order" doc:"The order as it would be. A new order gets a random id here, unless the request has an Idempotency-Key."`
}

// A newEvent would be recorded.
type newEvent struct {
	Type eventType `json:"type" doc:"The type of the event." example:"PaymentRefunded"`
	Data eventData `json:"data" doc:"The details, which depend on the type."`
}

// TransformSchema implements huma.SchemaTransformer.
func (newEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return eachEvent(r, s)
}

// preview shows what a command would do. A repeated request would record nothing more.
func preview(ctx context.Context, result command.Result) (*commandAnswer, error) {
	// The order, and events that may be as large.
	if err := budget.TakeAnswer(ctx, 2*result.Size()); err != nil {
		return nil, err
	}
	r := &commandAnswer{Status: fiber.StatusOK}
	shown := dryRunResult{
		Message: wouldBe, DryRun: true, Events: []newEvent{}, Order: shownOrder(result.OrderView),
	}
	if result.Replayed {
		r.Replayed, shown.Message = "true", replayed
		result.Events = nil
	}
	for _, e := range result.Events {
		shown.Events = append(shown.Events, newEvent{eventType(e.Type()), dataOf(e)})
	}
	r.Body = shown
	return r, nil
}

// doneOrNot describes an answer that is a commandResult, or a dryRunResult.
func doneOrNot(api huma.API) map[string]*huma.MediaType {
	done, tried := wire.Content[commandResult](api), wire.Content[dryRunResult](api)
	return map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: &huma.Schema{
		OneOf: []*huma.Schema{
			done[fiber.MIMEApplicationJSON].Schema, tried[fiber.MIMEApplicationJSON].Schema,
		},
	}}}
}
