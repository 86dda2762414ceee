package migrate_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/internal/foreign"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/test/mongotest"
)

func partly(selected bson.M) bson.E { return foreign.With("partialFilterExpression", selected) }

// byUser are the keys of an index of ours.
var byUser = bson.D{
	{Key: "userId", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1},
}

var leftBehind = map[string]foreign.Leftover{
	"a unique index": foreign.Left("order_writes", "theirs",
		foreign.Index(foreign.On("orderId"), foreign.Unique)),
	"one of views": foreign.Left("order_reads", "theirs",
		foreign.Index(foreign.On("orderId"), foreign.Unique)),
	"one that is sparse": foreign.Left("order_writes", "theirs",
		foreign.Index(foreign.On("idempotencyKey"), foreign.Unique, foreign.With("sparse", true))),
	"a partly unique index": foreign.Left("order_writes", "theirs",
		foreign.Index(foreign.On("key"), foreign.Unique, partly(bson.M{"key": bson.M{"$gt": ""}}))),
	"documents that expire": foreign.Left("order_reads", "theirs",
		foreign.Index(foreign.On("createdAt"), foreign.With("expireAfterSeconds", 60))),
	"an index of places": foreign.Left("order_writes", "theirs",
		foreign.Index(bson.D{{Key: "userId", Value: "2dsphere"}})),
	"an index of two lists": foreign.Left("order_reads", "theirs",
		foreign.Index(bson.D{foreign.With("lines.sku", 1), foreign.With("payments.id", 1)})),
	"a hashed list": foreign.Left("order_reads", "theirs",
		foreign.Index(bson.D{{Key: "lines", Value: "hashed"}})),
	"the name of ours": foreign.Left("order_reads", "newest",
		foreign.Index(foreign.On("at"), foreign.With("name", "newest"))),
	"a capped collection": foreign.Left("order_writes", "capped",
		foreign.Collection(foreign.With("capped", true), foreign.With("size", 4096))),
	"a validator": foreign.Left("order_writes", "validator",
		foreign.Collection(
			foreign.With("validator", bson.M{"orderId": bson.M{"$type": "objectId"}}))),
	"a collation": foreign.Left("order_reads", "collation",
		foreign.Collection(foreign.With("collation", bson.M{"locale": "en", "strength": 1}))),
	"a time series": foreign.Left("order_writes", "timeseries",
		foreign.Collection(foreign.With("timeseries", bson.M{"timeField": "at"}))),
	"a view": foreign.Left("order_reads", "view",
		foreign.Collection(foreign.With("viewOn", "other"), foreign.With("pipeline", bson.A{}))),
	"an order of Mongoose": foreign.Left("order_writes", foreign.ObjectID.Hex(),
		foreign.Documents(foreign.ObjectID)),
	"an order by number": foreign.Left("order_writes", "7",
		foreign.Documents(7)),
	"an order by text": foreign.Left("order_writes", "A1",
		foreign.Documents("A1")),
	"an order by its id": foreign.Left("order_writes", "ord_V1StGXR8_Z",
		foreign.Documents("ord_V1StGXR8_Z")),
	"an order by nothing": foreign.Left("order_writes", "null",
		foreign.Documents(nil)),
	"a view of Mongoose": foreign.Left("order_reads", foreign.ObjectID.Hex(),
		foreign.Documents(foreign.ObjectID)),
	"a view by text": foreign.Left("order_reads", "kept",
		foreign.Documents("kept")),
	"a stray among our views": foreign.Left("order_reads", "",
		foreign.Documents(foreign.OrderID, foreign.ObjectID)),
	"a damaged commit": foreign.Left("order_writes", "",
		foreign.Documents(foreign.OrderID+"/000001")),
	"an index of an operator": foreign.Left("order_writes", "",
		foreign.Index(foreign.On("orderId"))),
	"a partial one": foreign.Left("order_reads", "",
		foreign.Index(foreign.On("userId"), partly(bson.M{"userId": "ann"}))),
	"a unique one with _id": foreign.Left("order_reads", "",
		foreign.Index(bson.D{foreign.With("userId", 1), foreign.With("_id", 1)}, foreign.Unique)),
	"a hashed one": foreign.Left("order_reads", "",
		foreign.Index(bson.D{{Key: "_id", Value: "hashed"}})),
	"one of ours, named": foreign.Left("order_reads", "",
		foreign.Index(byUser)),
	"ours, but partial": foreign.Left("order_reads", "",
		foreign.Index(byUser, partly(bson.M{"userId": "ann"}))),
	"ours, but sparse": foreign.Left("order_reads", "",
		foreign.Index(byUser, foreign.With("sparse", true))),
	"ours, but collated": foreign.Left("order_reads", "",
		foreign.Index(byUser, foreign.With("collation", bson.M{"locale": "fr"}))),
	"ours, but hidden": foreign.Left("order_reads", "theirs",
		foreign.Index(byUser, foreign.With("hidden", true))),
	"an empty collection": foreign.Left("order_reads", "",
		foreign.Collection()),
	"a validator that warns": foreign.Left("order_reads", "",
		foreign.Collection(foreign.With("validator", bson.M{"a": 1}),
			foreign.With("validationAction", "warn"))),
}

// What would refuse, change or delete what we write ends a start at once, by name; all else does
// not.
func TestWhatAnotherApplicationLeftIsRefused(t *testing.T) {
	for name, tt := range leftBehind {
		t.Run(name, func(t *testing.T) {
			tt.WantRefused(t, sets[tt.Collection])
		})
	}
}

// Every index of ours may have another name, at the first start and at all later ones, and the
// next generation has it, too.
func TestOurIndexesMayHaveOtherNames(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	reads := mongotest.Database(t, uri).Collection("order_reads")
	specs, err := reads.Indexes().ListSpecifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fixture.Drop(t, reads)
	fixture.Drop(t, reads.Database().Collection("order_reads_migrations"))
	for _, spec := range specs[1:] {
		o := options.Index().SetName("my_" + spec.Name)
		if spec.Name == "newest_on_hold" {
			o.SetPartialFilterExpression(bson.M{"hold": bson.M{"$exists": true}})
		}
		index := driver.IndexModel{Keys: spec.KeysDocument, Options: o}
		if _, err := reads.Indexes().CreateOne(t.Context(), index); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := fixture.Prepare(t.Context(), d, orders.Set); err != nil {
			t.Fatal(err)
		}
	}
	wantVersion(t, migrate.New(d, orders.Set), 8)
	wantIndexes(t, reads, "_id_", "my_by_change", "my_newest",
		"my_newest_of_fulfillment_status", "my_newest_of_payment_status", "my_newest_of_sku",
		"my_newest_of_status", "my_newest_of_user", "my_newest_on_hold")
}
