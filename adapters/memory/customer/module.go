package customer

import (
	"go.uber.org/fx"

	"orders/ports/customer"
)

// Module keeps the customer module's read model in memory.
var Module = fx.Module("memory-customer", fx.Provide(
	fx.Annotate(NewPurchases, fx.As(fx.Self()), fx.As(new(customer.Summaries))),
	(*Purchases).ReadModel,
))
