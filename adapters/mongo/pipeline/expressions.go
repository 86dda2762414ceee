// Package pipeline has the expressions of updates that the server computes.
package pipeline

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// Set is a stage that sets fields.
func Set(fields ...bson.E) bson.D { return bson.D{{Key: "$set", Value: bson.D(fields)}} }

// Unset is a stage that takes a field away.
func Unset(field string) bson.D { return bson.D{{Key: "$unset", Value: field}} }

// Expressions of pipelines.
func Literal(value any) bson.D { return bson.D{{Key: "$literal", Value: value}} }
func Plus(a, b any) bson.D     { return bson.D{{Key: "$add", Value: bson.A{a, b}}} }
func Max(a, b any) bson.D      { return bson.D{{Key: "$max", Value: bson.A{a, b}}} }

// Object is an object of these fields alone. Set would merge a plain one into what is there.
func Object(fields ...bson.E) bson.D {
	return bson.D{{Key: "$mergeObjects", Value: bson.A{bson.D(fields)}}}
}

// FromNow is the time so long after the database's present.
func FromNow(d time.Duration) bson.D { return Plus("$$NOW", d.Milliseconds()) }

// IsOver and isYet select by a time, as the database tells it. What is no time is over: somebody
// put it there, and MongoDB takes values of some other types for greater than every time.
func IsOver(field string) bson.E {
	return bson.E{Key: "$nor", Value: bson.A{bson.D{IsYet(field)}}}
}

func IsYet(field string) bson.E {
	return bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$eq", Value: bson.A{bson.D{{Key: "$type", Value: "$" + field}}, "date"}}},
		bson.D{{Key: "$gt", Value: bson.A{"$" + field, "$$NOW"}}},
	}}}}
}

// IfIs is a field if that is of a type.
func IfIs(kind, field string, otherwise any) bson.D {
	isOf := bson.D{{Key: "$eq", Value: bson.A{bson.D{{Key: "$type", Value: field}}, kind}}}
	return bson.D{{Key: "$cond", Value: bson.A{isOf, field, otherwise}}}
}
