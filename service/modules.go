package service

import (
	"fmt"

	"go.uber.org/fx"

	"orders/service/customer"
)

// A module stands beside the orders, and knows only their events. It registers its parts in these
// Fx groups:
//
//	projections  projection.Projection, a read model, with its name on the command line
//	operations   func(huma.API), its queries
//	migrations   mongo.Registration, the indexes of its collection
type module struct {
	name   string
	option fx.Option            // Its parts that do not depend on the store.
	stores map[string]fx.Option // Its read model in each read store, by the name of the store.
}

// modules are all modules. test/arch keeps the packages apart that this file imports.
var modules = []module{
	{"customer", customer.Module, customer.Stores},
}

// keptIn returns the modules with their read models in a store.
func keptIn(s Store) fx.Option {
	var all []fx.Option
	for _, m := range modules {
		kept, ok := m.stores[string(s)]
		if !ok {
			kept = fx.Error(fmt.Errorf("the module %s cannot be kept in %s", m.name, s))
		}
		all = append(all, m.option, kept)
	}
	return fx.Options(all...)
}
