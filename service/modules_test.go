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
	names := strings.Split(known(t), " or ")
	_, collected := migrated(t, Mongo, Mongo)
	withStock(t)
	names = slices.Sorted(slices.Values(append(names, "stock")))
	if know, want := known(t), strings.Join(names, " or "); know != want {
		t.Errorf("the command line knows %q, want %q", know, want)
	}
	collected += " stock_levels"
	for _, tt := range []struct {
		write, read   Store
		writes, reads string
	}{
		{Mongo, Mongo, "order_writes", collected},
		{Memory, Mongo, "", collected},
		{Mongo, Memory, "order_writes", ""},
		{Memory, Memory, "", ""},
	} {
		writes, reads := migrated(t, tt.write, tt.read)
		if writes != tt.writes || reads != tt.reads {
			t.Errorf("%s, %s: migrated are %q and %q", tt.write, tt.read, writes, reads)
		}
	}
}

// known are the read models that the command line knows.
func known(t *testing.T) string {
	t.Helper()
	names, err := Vars()
	if err != nil {
		t.Fatal(err)
	}
	return names["read_models"]
}

// migrated are the collections of both sides.
func migrated(t *testing.T, write, read Store) (writes, reads string) {
	t.Helper()
	c := Config{MongoURI: uri, ReadURI: uri, WriteStore: write, ReadStore: read}
	var all startup.Registered
	app := fx.New(stored(c, operating, slog.New(slog.DiscardHandler)), fx.Populate(&all))
	if app.Err() != nil {
		t.Fatal(app.Err())
	}
	return collections(all.Of(startup.WriteSide)), collections(all.Of(startup.ReadSide))
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
