package order

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/ports"
	"orders/ports/budget"
)

// dryRun is the parameter that asks for a preview.
const dryRun = "dryRun"

const wouldBe = "🧪 Dry run: this would happen. Nothing was changed."

// preview shows what a command would do, always with the whole order. A repeated request would
// record nothing more.
func (s *Commands) preview(
	ctx context.Context, asked command.Request, result command.Result, prefers wire.Preferences,
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
	c := ports.Commit{
		Version: result.Version, At: result.UpdatedAt,
		Actor: asked.Caller.Actor, RequestID: asked.RequestID,
	}
	events := []orderEvent{}
	for _, e := range result.Events {
		events = append(events, eventOf(asked.Caller, c, e))
	}
	text, err := json.Marshal(events)
	if err != nil {
		return nil, err
	}
	r.Body = s.body(asked.Caller, message, result)
	r.Body.whole, r.Body.events = true, text
	return r, nil
}
