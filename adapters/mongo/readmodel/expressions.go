package readmodel

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
)

// set is a stage that sets fields.
func set(fields ...bson.E) bson.D { return bson.D{{Key: "$set", Value: bson.D(fields)}} }

// unset is a stage that takes a field away.
func unset(field string) bson.D { return bson.D{{Key: "$unset", Value: field}} }

// Expressions of pipelines.
func literally(value any) bson.D { return bson.D{{Key: "$literal", Value: value}} }
func plus(a, b any) bson.D       { return bson.D{{Key: "$add", Value: bson.A{a, b}}} }
func later(a, b any) bson.D      { return bson.D{{Key: "$max", Value: bson.A{a, b}}} }

// fromNow is the time so long after the database's present.
func fromNow(d time.Duration) bson.D { return plus("$$NOW", d.Milliseconds()) }

// isOver and isYet select by a time, as the database tells it. What is no time is over: somebody
// put it there, and MongoDB takes values of some other types for greater than every time.
func isOver(field string) bson.E {
	return bson.E{Key: "$nor", Value: bson.A{bson.D{isYet(field)}}}
}

func isYet(field string) bson.E {
	return bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$eq", Value: bson.A{bson.D{{Key: "$type", Value: "$" + field}}, "date"}}},
		bson.D{{Key: "$gt", Value: bson.A{"$" + field, "$$NOW"}}},
	}}}}
}

// ifIs is a field if that is of a type.
func ifIs(kind, field string, otherwise any) bson.D {
	isOf := bson.D{{Key: "$eq", Value: bson.A{bson.D{{Key: "$type", Value: field}}, kind}}}
	return bson.D{{Key: "$cond", Value: bson.A{isOf, field, otherwise}}}
}

// storedVersion is an expression for versionOf, but for the rounding.
var storedVersion = bson.D{{Key: "$cond", Value: bson.A{
	bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$isNumber", Value: "$version"}},
		bson.D{{Key: "$lt", Value: bson.A{"$version", int64(document.VersionsEnd)}}},
	}}}, "$version", 0,
}}}

// isAt selects what is at a version, 0 for none.
func isAt(version int) bson.E {
	within := func(from, to int64) bson.D {
		return bson.D{{Key: "version", Value: bson.D{
			{Key: "$gte", Value: from}, {Key: "$lt", Value: to},
			{Key: "$not", Value: bson.D{{Key: "$type", Value: "array"}}}, // It is not its elements.
		}}}
	}
	if version == 0 {
		return bson.E{Key: "$nor", Value: bson.A{within(1, document.VersionsEnd)}}
	}
	return within(int64(version), int64(version)+1)[0]
}
