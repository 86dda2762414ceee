package customer

import (
	"go.uber.org/fx"

	"orders/adapters/mongo/startup"
	"orders/ports"
	"orders/ports/customer"
)

// Module keeps the customer module's read model beside that of the orders, in the database of
// mongo.ReadModule.
var Module = fx.Module("mongo customer",
	startup.Register(startup.ReadSide, Set),
	fx.Provide(
		fx.Annotate(providePurchases, fx.As(fx.Self()), fx.As(new(customer.Summaries))),
		provideReadModel,
	),
)

func providePurchases(d startup.Reads) *Purchases { return NewPurchases(d.Database) }

func provideReadModel(p *Purchases) ports.ReadModel[customer.Row] { return p.Model() }
