package customer

import (
	"context"

	"go.uber.org/fx"

	"orders/adapters/mongo"
	"orders/ports"
	"orders/ports/customer"
)

// Module keeps the customer module's read model beside that of the orders, in the database of
// mongo.ReadModule. It migrates before anything that uses it starts.
var Module = fx.Module("mongo customer",
	fx.Provide(fx.Private, migrated),
	fx.Provide(
		fx.Annotate(providePurchases, fx.As(fx.Self()), fx.As(new(customer.Summaries))),
		provideReadModel,
	),
)

// rows is the database once the rows have been migrated.
type rows struct{ *mongo.Database }

func migrated(life fx.Lifecycle, d mongo.Reads) rows {
	life.Append(fx.StartHook(func(ctx context.Context) error {
		return d.Trials.Prepare(ctx, Set)
	}))
	return rows{d.Database}
}

func providePurchases(d rows) *Purchases { return NewPurchases(d.Database) }

func provideReadModel(p *Purchases) ports.ReadModel[customer.Row] { return p.Model() }
