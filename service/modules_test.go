package service

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"go.uber.org/fx"

	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/startup"
	"orders/app/projection"
)

// stock is a read model of a module that exists in this test only.
type stock struct{ projection.Projection }

func (stock) Name() string { return "stock" }

// withStock adds a module as a developer would: by one more value in the list.
func withStock(t *testing.T) {
	t.Helper()
	before := modules
	t.Cleanup(func() { modules = before })
	shows := fx.Supply(fx.Annotate(stock{}, fx.As(new(projection.Projection)),
		fx.ResultTags(`group:"projections"`)))
	modules = append(slices.Clone(modules), module{"stock", shows, map[string]fx.Option{
		"memory": fx.Options(),
		"mongo":  startup.Register(startup.ReadSide, migrate.Set{Collection: "stock_levels"}),
	}})
}

func TestWhatAModuleRegistersIsKnown(t *testing.T) {
	withStock(t)
	if names, err := Vars(); err != nil || names["read_models"] != "orders or stock or summary" {
		t.Errorf("the command line knows %v, %v", names, err)
	}
	for _, tt := range []struct {
		write, read Store
		writes      string
		reads       string
	}{
		{Mongo, Mongo, "order_writes", "order_reads customer_orders stock_levels"},
		{Memory, Mongo, "", "order_reads customer_orders stock_levels"},
		{Mongo, Memory, "order_writes", ""},
		{Memory, Memory, "", ""},
	} {
		c := Config{MongoURI: uri, ReadURI: uri, WriteStore: tt.write, ReadStore: tt.read}
		var all startup.Registered
		app := fx.New(stored(c, operating, slog.New(slog.DiscardHandler)), fx.Populate(&all))
		writes := collections(all.Of(startup.WriteSide))
		reads := collections(all.Of(startup.ReadSide))
		if app.Err() != nil || writes != tt.writes || reads != tt.reads {
			t.Errorf("%s, %s: migrated are %q and %q, %v", tt.write, tt.read, writes, reads,
				app.Err())
		}
	}
}

func collections(sets []migrate.Set) string {
	var names []string
	for _, s := range sets {
		names = append(names, s.Collection)
	}
	return strings.Join(names, " ")
}

func TestAModuleThatAStoreCannotKeep(t *testing.T) {
	err := fx.New(fx.NopLogger, keptIn("stone")).Err()
	if err == nil || !strings.Contains(err.Error(), "customer cannot be kept in stone") {
		t.Errorf("error %v", err)
	}
}
