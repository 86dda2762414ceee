package service

import (
	"fmt"

	"go.uber.org/fx"

	"orders/service/customer"
)

// A module stands beside the orders, and knows them only by their events. What it adds, it
// registers in these Fx groups:
//
//	projections  projection.Projection, a read model, with its name on the command line
//	operations   func(huma.API), its queries
//	migrations   mongo.Registration, the indexes of its collection
type module struct {
	name   string
	option fx.Option            // What it does wherever its read model is kept.
	stores map[string]fx.Option // What keeps its read model, by the names of read stores.
}

// modules are all modules there are. test/arch keeps those apart that this file imports.
var modules = []module{
	{"customer", customer.Module, customer.Stores},
}

// keptIn are the modules with their read models in a store.
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
