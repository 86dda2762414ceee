package customer

import (
	"github.com/danielgtaylor/huma/v2"
	"go.uber.org/fx"

	"orders/ports/customer"
)

// Module adds the module's operations to those that package http serves.
var Module = fx.Module("http customer",
	fx.Provide(fx.Annotate(provideOperations, fx.ResultTags(`group:"operations"`))))

func provideOperations(s customer.Summaries) func(huma.API) {
	return func(api huma.API) { Add(api, s) }
}
