package http

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/app/command"
	"orders/ports/budget"
)

const wouldBe = "🧪 Dry run: this would happen. Nothing was changed."

// A dryRunResult tells what a command would do.
type dryRunResult struct {
	Message string     `json:"message"`
	DryRun  bool       `json:"dryRun"`
	Events  []newEvent `json:"events"`
	Order   orderView  `json:"order"`
}

// A newEvent is one that would be recorded.
type newEvent struct {
	Type string    `json:"type"`
	Data eventData `json:"data"`
}

// preview shows what was tried. Of a repeated request nothing more would be recorded.
func preview(ctx context.Context, result command.Result) (*receipt, error) {
	// The order, and perhaps as much in the events.
	if err := budget.TakeAnswer(ctx, 2*result.Size()); err != nil {
		return nil, err
	}
	r := &receipt{Status: fiber.StatusOK}
	shown := dryRunResult{
		Message: wouldBe, DryRun: true, Events: []newEvent{}, Order: present(result.OrderView),
	}
	if result.Replayed {
		r.Replayed, shown.Message = "true", replayed
		result.Events = nil
	}
	for _, e := range result.Events {
		shown.Events = append(shown.Events, newEvent{e.Type(), dataOf(e)})
	}
	r.Body = shown
	return r, nil
}

// doneOrNot describes an answer that is a commandResult, or a dryRunResult.
func doneOrNot(api huma.API) map[string]*huma.MediaType {
	done, tried := content[commandResult](api), content[dryRunResult](api)
	return map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: &huma.Schema{
		OneOf: []*huma.Schema{
			done[fiber.MIMEApplicationJSON].Schema, tried[fiber.MIMEApplicationJSON].Schema,
		},
	}}}
}
