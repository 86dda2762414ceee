package mongo_test

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/startup"
	"orders/test/mongotest"
)

// leftBeside is what another application left in the collections beside the views.
var leftBeside = map[string]left{
	"states of unique names": {"projections", indexed(on("name"), unique), "theirs"},
	"states that expire": {
		"projections", indexed(on("at"), with("expireAfterSeconds", 60)), "theirs",
	},
	"a time series of states": {
		"projections", made(with("timeseries", bson.M{"timeField": "at"})), "timeseries",
	},
	"capped states": {
		"projections", made(with("capped", true), with("size", 4096)), "capped",
	},
	"leases of one resource": {"projection_leases", indexed(on("resource"), unique), "theirs"},
	"one parked order":       {"projection_parked", indexed(on("user"), unique), "theirs"},
	"an operator's index":    {"projection_parked", indexed(on("reason")), ""},
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
	theirs := indexed(on("customer"), unique)
	theirs[0].Value = "order_subscriptions"
	fixture.Run(t, there, theirs)
	if err := fixture.Prepare(t.Context(), d, journal.Set); err != nil {
		t.Error(err)
	}
	names := []string{"order_subscriptions", "theirs", there.Name(), "name another database"}
	if err := subscribes(t.Context(), d); err == nil || !says(err, names...) {
		t.Errorf("error %v, want a sentence that names %v", err, names)
	}
	drop(t, there.Collection("order_subscriptions"))
	if err := subscribes(t.Context(), d); err != nil {
		t.Error(err)
	}
}

func TestWhatAnotherApplicationLeftBesideTheViewsIsRefused(t *testing.T) {
	for name, tt := range leftBeside {
		t.Run(name, func(t *testing.T) { tt.wantRefused(t, orders.Set) })
	}
}
