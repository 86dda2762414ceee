// Package customer is the customer module as one value: its parts from all layers.
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

// Module has the parts that do not depend on the store.
var Module = fx.Module("customer",
	http.Module,
	fx.Provide(fx.Annotate(newProjection, fx.ResultTags(`group:"projections"`))),
)

// Stores have the read model in each read store, by the name of the store.
var Stores = map[string]fx.Option{"memory": memory.Module, "mongo": mongo.Module}

// pace is the delay between two batches of summaries, which leaves time for other work. No command
// waits for a summary.
const pace = 20 * time.Millisecond

func newProjection(
	m ports.ReadModel[customer.Row], s projection.Source, log *slog.Logger,
) projection.Projection {
	definition := projection.Definition[customer.Row]{
		Name: "summary", With: customer.Row.With, Size: customer.Row.Size, Model: m, Pace: pace,
	}
	return projection.New(definition, s, log)
}
