// Package customer is the customer module as one value: its parts in all layers, put together.
package customer

import (
	"log/slog"
	"time"

	"go.uber.org/fx"

	// The parts have the module's name in each layer, and meet nowhere else.
	http "orders/adapters/http/customer"
	memory "orders/adapters/memory/customer"
	mongo "orders/adapters/mongo/customer"

	"orders/app/projection"
	"orders/ports"
	"orders/ports/customer"
)

// Module is what the module does wherever its read model is kept.
var Module = fx.Module("customer",
	http.Module,
	fx.Provide(fx.Annotate(newProjection, fx.ResultTags(`group:"projections"`))),
)

// Stores keep its read model, each in the read store of its name.
var Stores = map[string]fx.Option{"memory": memory.Module, "mongo": mongo.Module}

// pace is by how much a summary may be late, for the sake of all other work. No command waits for
// it.
const pace = 20 * time.Millisecond

func newProjection(
	m ports.ReadModel[customer.Row], s projection.Source, log *slog.Logger,
) projection.Projection {
	definition := projection.Definition[customer.Row]{
		Name: "summary", With: customer.Row.With, Size: customer.Row.Size, Model: m, Pace: pace,
	}
	return projection.New(definition, s, log)
}
