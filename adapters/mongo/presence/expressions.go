package presence

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

func theDocument() bson.D { return bson.D{{Key: "_id", Value: ofCommands}} }

// all are the entrants in the document. What is no list of objects, somebody else put there.
var all = bson.D{{Key: "$cond", Value: bson.A{
	bson.D{{Key: "$isArray", Value: "$present"}},
	bson.D{{Key: "$filter", Value: bson.D{
		{Key: "input", Value: "$present"}, {Key: "as", Value: "e"},
		{Key: "cond", Value: isOf("object", "$$e")},
	}}},
	bson.A{},
}}}

// those are the entrants for which a condition on $$e is true.
func those(condition any) bson.D {
	return bson.D{{Key: "$filter", Value: bson.D{
		{Key: "input", Value: all}, {Key: "as", Value: "e"}, {Key: "cond", Value: condition},
	}}}
}

// lastImport is a text that each importer leaves when it enters; empty before the first one.
var lastImport = bson.D{{Key: "$cond", Value: bson.A{
	isOf("string", "$lastImport"), "$lastImport", "",
}}}

// entry is an entrant as it enters.
func entry(e ports.Entrant, d time.Duration) bson.D {
	return bson.D{
		{Key: "name", Value: pipeline.Literal(e.Name)}, {Key: "imports", Value: e.Imports},
		{Key: "until", Value: pipeline.FromNow(d)}, {Key: "since", Value: lastImport},
	}
}

// with are the entrants for which a condition on $$e is true, and one more.
func with(condition any, entry bson.D) bson.E {
	return bson.E{Key: "present", Value: bson.D{
		{Key: "$concatArrays", Value: bson.A{those(condition), bson.A{entry}}},
	}}
}

func isNamed(name string) bson.D {
	return bson.D{{Key: "$eq", Value: bson.A{"$$e.name", pipeline.Literal(name)}}}
}

func imports() bson.D { return bson.D{{Key: "$eq", Value: bson.A{"$$e.imports", true}}} }

// isLive is whether the time of $$e has not run out, as the database tells it.
func isLive() bson.D {
	return and(isOf("date", "$$e.until"),
		bson.D{{Key: "$gt", Value: bson.A{"$$e.until", "$$NOW"}}})
}

func isOf(kind, what string) bson.D {
	return bson.D{{Key: "$eq", Value: bson.A{bson.D{{Key: "$type", Value: what}}, kind}}}
}

func and(conditions ...any) bson.D {
	return bson.D{{Key: "$and", Value: bson.A(conditions)}}
}

func not(condition any) bson.D { return bson.D{{Key: "$not", Value: bson.A{condition}}} }
