package presence

import (
	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/pipeline"
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

func or(conditions ...any) bson.D { return bson.D{{Key: "$or", Value: bson.A(conditions)}} }

// areFew is whether there are fewer entrants.
func areFew(than int) bson.D {
	return bson.D{{Key: "$lt", Value: bson.A{bson.D{{Key: "$size", Value: all}}, than}}}
}

func not(condition any) bson.D { return bson.D{{Key: "$not", Value: bson.A{condition}}} }
