package journal_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/ports"
	"orders/test/mongotest"
)

// A refusal that has to do with the server, and not with what is written, passes: nothing is
// parked or failed for ever because of it.
func TestBlockedWritesPass(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a mongod")
	}
	server := mongotest.Start(t)
	uri := server.URI("blocked")
	store := fixture.MigratedStore(t, uri, journal.GroupCommit{})
	views := orders.New(fixture.Migrated(t, uri, orders.Set))
	t.Cleanup(views.Close)
	block := func(on bool) {
		fixture.Run(t, mongotest.Database(t, server.URI("admin")), bson.D{
			{Key: "setUserWriteBlockMode", Value: 1}, {Key: "global", Value: on},
		})
	}
	past := ports.Stream{ID: fixture.NewID()}
	first := fixture.Next(past, fixture.Created("ann"))
	second := past.With(first)
	later := fixture.Next(second, fixture.Created("ann"))
	save := func() error {
		return errors.Join(views.Save(t.Context(), []ports.OrderView{
			ports.ViewOf(second), ports.ViewOf(second.With(later)),
		})...)
	}
	block(true)
	if err := store.Append(t.Context(), past, first); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("append while blocked: %v, want ErrUnavailable", err)
	}
	for _, err := range views.Save(t.Context(), []ports.OrderView{
		ports.ViewOf(second), ports.ViewOf(second.With(later)),
	}) {
		if !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("save while blocked: %v, want ErrUnavailable", err)
		}
	}
	block(false)
	if err := errors.Join(store.Append(t.Context(), past, first), save()); err != nil {
		t.Error(err)
	}
}

// Somebody may add a unique index. What it refuses is no version of ours and is not sent for ever.
func TestAForeignUniqueIndexHoldsNobodyUp(t *testing.T) {
	uri := mongotest.URI(t)
	store := fixture.MigratedStore(t, uri, journal.GroupCommit{Slots: 1})
	fixture.Run(t, mongotest.Database(t, uri), bson.D{
		{Key: "createIndexes", Value: "order_writes"},
		{Key: "indexes", Value: bson.A{bson.D{
			{Key: "key", Value: bson.D{{Key: "actor", Value: 1}}},
			{Key: "name", Value: "foreign"}, {Key: "unique", Value: true},
		}}},
	})
	fixture.Create(t, store, "ann")
	ctx := fixture.Patient(t)
	past := ports.Stream{ID: fixture.NewID()}
	err := store.Append(ctx, past, fixture.Next(past, fixture.Created("ann")))
	if err == nil || errors.Is(err, ports.ErrConflict) || ctx.Err() != nil {
		t.Errorf("append against the foreign index: %v, want a refusal", err)
	}
	fixture.Create(t, store, "bob")
}
