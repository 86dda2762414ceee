package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/ports/budget"
)

const wouldBe = "🧪 Dry run: this would happen. Nothing was changed."

// A newEvent would be recorded.
type newEvent struct {
	Type eventType `json:"type" doc:"The type of the event." example:"PaymentRefunded"`
	Data eventData `json:"data" doc:"The details, which depend on the type."`
}

// TransformSchema implements huma.SchemaTransformer.
func (newEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return eachEvent(r, s)
}

// preview shows what a command would do, always with the whole order. A repeated request would
// record nothing more.
func (s *Commands) preview(
	ctx context.Context, result command.Result, prefers wire.Preferences,
) (*commandAnswer, error) {
	// The order, and events that may be as large.
	if err := budget.TakeAnswer(ctx, 2*result.Size()); err != nil {
		return nil, err
	}
	r := &commandAnswer{
		Status:  fiber.StatusOK,
		Applied: wire.Preferences{Representation: prefers.Representation}.Applied(),
	}
	message := wouldBe
	if result.Replayed {
		r.Replayed, message = "true", replayed
		result.Events = nil
	}
	events := []newEvent{}
	for _, e := range result.Events {
		events = append(events, newEvent{eventType(e.Type()), dataOf(e)})
	}
	text, err := json.Marshal(events)
	if err != nil {
		return nil, err
	}
	r.Body = resultBody{message, result.OrderView, s.paths.links(result), true, text}
	return r, nil
}
