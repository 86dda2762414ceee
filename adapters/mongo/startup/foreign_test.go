package startup_test

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/internal/foreign"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/startup"
	"orders/test/mongotest"
)

// leftBeside is what another application left in the collections beside the views.
var leftBeside = map[string]foreign.Leftover{
	"states of unique names": foreign.Left("projections", "theirs",
		foreign.Index(foreign.On("name"), foreign.Unique)),
	"states that expire": foreign.Left("projections", "theirs",
		foreign.Index(foreign.On("at"), foreign.With("expireAfterSeconds", 60))),
	"a time series of states": foreign.Left("projections", "timeseries",
		foreign.Collection(foreign.With("timeseries", bson.M{"timeField": "at"}))),
	"capped states": foreign.Left("projections", "capped",
		foreign.Collection(foreign.With("capped", true), foreign.With("size", 4096))),
	"leases of one resource": foreign.Left("projection_leases", "theirs",
		foreign.Index(foreign.On("resource"), foreign.Unique)),
	"one parked order": foreign.Left("projection_parked", "theirs",
		foreign.Index(foreign.On("user"), foreign.Unique)),
	"an operator's index": foreign.Left("projection_parked", "",
		foreign.Index(foreign.On("reason"))),
}

// subscribes prepares the commits for a process that subscribes to them.
func subscribes(ctx context.Context, d *client.Database) error {
	trials := startup.NewTrials(d, startup.Tasks{Subscribes: true})
	defer trials.Close()
	return trials.Prepare(ctx, journal.Set)
}

// Only a process that keeps subscriptions minds what another application has by that name.
func TestWhatAnotherApplicationLeftOfSubscriptionsIsRefused(t *testing.T) {
	uri := mongotest.URI(t)
	d, there := fixture.Connect(t, uri), mongotest.Database(t, uri)
	fixture.Run(t, there, foreign.In("order_subscriptions",
		foreign.Index(foreign.On("customer"), foreign.Unique)))
	if err := fixture.Prepare(t.Context(), d, journal.Set); err != nil {
		t.Error(err)
	}
	names := []string{"order_subscriptions", "theirs", there.Name(), "name another database"}
	if err := subscribes(t.Context(), d); err == nil || !fixture.Says(err, names...) {
		t.Errorf("error %v, want a sentence that names %v", err, names)
	}
	fixture.Drop(t, there.Collection("order_subscriptions"))
	fixture.Run(t, there, foreign.In("order_subscription_parked",
		foreign.Index(foreign.On("customer"), foreign.Unique)))
	names[0] = "order_subscription_parked"
	if err := subscribes(t.Context(), d); err == nil || !fixture.Says(err, names...) {
		t.Errorf("error %v, want a sentence that names %v", err, names)
	}
	fixture.Drop(t, there.Collection("order_subscription_parked"))
	if err := subscribes(t.Context(), d); err != nil {
		t.Error(err)
	}
}

func TestWhatAnotherApplicationLeftBesideTheViewsIsRefused(t *testing.T) {
	for name, tt := range leftBeside {
		t.Run(name, func(t *testing.T) { tt.WantRefused(t, orders.Set) })
	}
}

// The generation that is live is looked at, too.
func TestALaterGenerationIsInspected(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedModel(t, uri)
	fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Begin).Number)
	fixture.Run(t, mongotest.Database(t, uri),
		foreign.In("order_reads_2", foreign.Index(foreign.On("orderId"), foreign.Unique)))
	err := fixture.Prepare(t.Context(), fixture.Connect(t, uri), orders.Set)
	if err == nil || !fixture.Says(err, "order_reads_2", "theirs", "another database") {
		t.Errorf("%v, want a sentence that names the index", err)
	}
}
