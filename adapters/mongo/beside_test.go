package mongo_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/orders"
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

func TestWhatAnotherApplicationLeftBesideTheViewsIsRefused(t *testing.T) {
	for name, tt := range leftBeside {
		t.Run(name, func(t *testing.T) { tt.wantRefused(t, orders.Set) })
	}
}
