package mongo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/test/mongotest"
)

// A left is what another application left in a collection, and what the refusal has to name;
// nothing if it is harmless.
type left struct {
	in    string
	make  bson.D // A command; "" stands for the collection.
	named string
}

func made(how ...bson.E) bson.D { return append(bson.D{{Key: "create", Value: ""}}, how...) }

func indexed(key bson.D, more ...bson.E) bson.D {
	one := append(bson.D{with("key", key)}, more...)
	if !slices.ContainsFunc(more, func(e bson.E) bool { return e.Key == "name" }) {
		one = append(one, with("name", "theirs"))
	}
	return bson.D{{Key: "createIndexes", Value: ""}, {Key: "indexes", Value: bson.A{one}}}
}

func on(field string) bson.D { return bson.D{{Key: field, Value: 1}} }

func partly(selected bson.M) bson.E { return with("partialFilterExpression", selected) }

func with(key string, value any) bson.E { return bson.E{Key: key, Value: value} }

func inserted(ids ...any) bson.D {
	documents := bson.A{}
	for _, id := range ids {
		documents = append(documents, bson.M{"_id": id, "orderId": "ord_V1StGXR8_Z", "__v": 0})
	}
	return bson.D{{Key: "insert", Value: ""}, {Key: "documents", Value: documents}}
}

var (
	unique = bson.E{Key: "unique", Value: true}
	byUser = bson.D{
		{Key: "userId", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1},
	}
	objectID = primitive.NewObjectID()
	ourKey   = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"
)

var leftBehind = map[string]left{
	"a unique index": {"order_writes", indexed(on("orderId"), unique), "theirs"},
	"one of views":   {"order_reads", indexed(on("orderId"), unique), "theirs"},
	"one that is sparse": {
		"order_writes",
		indexed(on("idempotencyKey"), unique, with("sparse", true)),
		"theirs",
	},
	"a partly unique index": {
		"order_writes",
		indexed(on("key"), unique, partly(bson.M{"key": bson.M{"$gt": ""}})),
		"theirs",
	},
	"documents that expire": {
		"order_reads",
		indexed(on("createdAt"), with("expireAfterSeconds", 60)),
		"theirs",
	},
	"an index of places": {
		"order_writes",
		indexed(bson.D{{Key: "userId", Value: "2dsphere"}}),
		"theirs",
	},
	"an index of two lists": {
		"order_reads",
		indexed(bson.D{with("lines.sku", 1), with("payments.id", 1)}),
		"theirs",
	},
	"a hashed list": {
		"order_reads",
		indexed(bson.D{{Key: "lines", Value: "hashed"}}),
		"theirs",
	},
	"the name of ours": {
		"order_reads",
		indexed(on("at"), with("name", "newest")),
		"newest",
	},
	"a capped collection": {
		"order_writes",
		made(with("capped", true), with("size", 4096)),
		"capped",
	},
	"a validator": {
		"order_writes",
		made(with("validator", bson.M{"orderId": bson.M{"$type": "objectId"}})),
		"validator",
	},
	"a collation": {
		"order_reads",
		made(with("collation", bson.M{"locale": "en", "strength": 1})),
		"collation",
	},
	"a time series": {
		"order_writes",
		made(with("timeseries", bson.M{"timeField": "at"})),
		"timeseries",
	},
	"a view": {
		"order_reads",
		made(with("viewOn", "other"), with("pipeline", bson.A{})),
		"view",
	},
	"an order of Mongoose":    {"order_writes", inserted(objectID), objectID.Hex()},
	"an order by number":      {"order_writes", inserted(7), "7"},
	"an order by text":        {"order_writes", inserted("A1"), "A1"},
	"an order by its id":      {"order_writes", inserted("ord_V1StGXR8_Z"), "ord_V1StGXR8_Z"},
	"an order by nothing":     {"order_writes", inserted(nil), "null"},
	"a view of Mongoose":      {"order_reads", inserted(objectID), objectID.Hex()},
	"a view by text":          {"order_reads", inserted("kept"), "kept"},
	"a stray among our views": {"order_reads", inserted(ourKey, objectID), ""},
	"a damaged commit":        {"order_writes", inserted(ourKey + "/000001"), ""},
	"an index of an operator": {"order_writes", indexed(on("orderId")), ""},
	"a partial one": {
		"order_reads",
		indexed(on("userId"), partly(bson.M{"userId": "ann"})),
		"",
	},
	"a unique one with _id": {
		"order_reads",
		indexed(bson.D{with("userId", 1), with("_id", 1)}, unique),
		"",
	},
	"a hashed one": {
		"order_reads",
		indexed(bson.D{{Key: "_id", Value: "hashed"}}),
		"",
	},
	"one of ours, named": {"order_reads", indexed(byUser), ""},
	"ours, but partial": {
		"order_reads",
		indexed(byUser, partly(bson.M{"userId": "ann"})),
		"",
	},
	"ours, but sparse": {"order_reads", indexed(byUser, with("sparse", true)), ""},
	"ours, but collated": {
		"order_reads",
		indexed(byUser, with("collation", bson.M{"locale": "fr"})),
		"",
	},
	"ours, but hidden":    {"order_reads", indexed(byUser, with("hidden", true)), "theirs"},
	"an empty collection": {"order_reads", made(), ""},
	"a validator that warns": {
		"order_reads",
		made(with("validator", bson.M{"a": 1}), with("validationAction", "warn")),
		"",
	},
}

// What would refuse, change or delete what we write ends a start at once, by name; all else does
// not.
func TestWhatAnotherApplicationLeftIsRefused(t *testing.T) {
	for name, tt := range leftBehind {
		t.Run(name, func(t *testing.T) {
			tt.wantRefused(t, sets[tt.in])
		})
	}
}

func (tt left) wantRefused(t *testing.T, set migrate.Set) {
	t.Helper()
	uri := mongotest.URI(t)
	d, there := fixture.Connect(t, uri), mongotest.Database(t, uri)
	tt.make[0].Value = tt.in
	fixture.Run(t, there, tt.make)
	for round := range 2 {
		begun := time.Now()
		err := fixture.Prepare(t.Context(), d, set)
		names := []string{tt.in, tt.named, there.Name(), "name another database"}
		switch took := time.Since(begun); {
		case tt.named == "" && err != nil:
			t.Fatalf("round %d: refused: %v", round, err)
		case tt.named == "":
		case err == nil || !says(err, names...):
			t.Fatalf("round %d: %v, want a sentence that names %s", round, err, tt.named)
		case took > 5*time.Second:
			t.Errorf("it took %v to say so", took)
		}
	}
}

func says(err error, all ...string) bool {
	for _, text := range all {
		if !strings.Contains(err.Error(), text) {
			return false
		}
	}
	return !strings.Contains(err.Error(), "\n")
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
	drop(t, reads)
	drop(t, reads.Database().Collection("order_reads_migrations"))
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
	wantVersion(t, migrate.New(d, orders.Set), 7)
	wantIndexes(t, reads, "_id_", "my_newest", "my_newest_of_fulfillment_status",
		"my_newest_of_payment_status", "my_newest_of_sku", "my_newest_of_status",
		"my_newest_of_user", "my_newest_on_hold")
}
