package customer

import (
	"go.uber.org/fx"

	"orders/adapters/mongo"
	"orders/ports/customer"
)

// Module keeps the customer module's read model beside that of the orders, in the database of
// mongo.ReadModule. It migrates before anything that uses it starts.
var Module = fx.Module("mongo customer",
	fx.Provide(fx.Private, migrated),
	fx.Provide(
		fx.Annotate(providePurchases,
			fx.As(new(customer.Purchases)), fx.As(new(customer.Summaries))),
		fx.Annotate(provideCheckpoints, fx.As(new(customer.Checkpoints))),
	),
)

// rows is the database once the rows have been migrated.
type rows struct{ *mongo.Database }

func migrated(life fx.Lifecycle, d mongo.Reads) rows {
	life.Append(fx.StartHook(mongo.NewMigrations(d.Database, Set).Up))
	return rows{d.Database}
}

func providePurchases(d rows) *Purchases { return NewPurchases(d.Database) }

func provideCheckpoints(d rows) *mongo.Checkpoints { return mongo.NewCheckpoints(d.Database, Set) }
