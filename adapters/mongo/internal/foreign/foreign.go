// Package foreign makes what another application may have left in a database, for the tests of the
// rooms that refuse it.
package foreign

import (
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/migrate"
	"orders/test/mongotest"
)

// A Leftover is a command that leaves something in a collection, and the word by which a refusal
// names what was left. The word is empty if a start accepts it.
type Leftover struct {
	Collection string
	Command    bson.D
	Named      string
}

// Left is the leftover of a command in a collection.
func Left(collection, named string, command bson.D) Leftover {
	return Leftover{Collection: collection, Command: command, Named: named}
}

// In directs a command at a collection.
func In(collection string, command bson.D) bson.D {
	return append(bson.D{With(command[0].Key, collection)}, command[1:]...)
}

// Collection is the command that makes a collection with options.
func Collection(options ...bson.E) bson.D {
	return append(bson.D{With("create", "")}, options...)
}

// Index is the command that makes an index, named theirs unless an option names it.
func Index(keys bson.D, options ...bson.E) bson.D {
	index := append(bson.D{With("key", keys)}, options...)
	if !slices.ContainsFunc(options, func(e bson.E) bool { return e.Key == "name" }) {
		index = append(index, With("name", "theirs"))
	}
	return bson.D{With("createIndexes", ""), With("indexes", bson.A{index})}
}

// Documents is the command that inserts documents with these values of _id.
func Documents(ids ...any) bson.D {
	documents := bson.A{}
	for _, id := range ids {
		documents = append(documents, bson.M{"_id": id, "orderId": "ord_V1StGXR8_Z", "__v": 0})
	}
	return bson.D{With("insert", ""), With("documents", documents)}
}

// On is the key of an ascending index on one field.
func On(field string) bson.D { return bson.D{With(field, 1)} }

// With is an option of a collection or of an index, or one of several keys.
func With(name string, value any) bson.E { return bson.E{Key: name, Value: value} }

// Unique is the option of an index that refuses equal keys.
var Unique = With("unique", true)

// ObjectID is an _id that none of this program's documents has.
var ObjectID = primitive.NewObjectID()

// OrderID is an _id that the view of an order may have.
const OrderID = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"

// WantRefused leaves something in a fresh database, and starts a process there that migrates a set.
// The start has to fail within seconds with a sentence that names what was left, or to succeed if
// it is to be accepted.
func (l Leftover) WantRefused(t *testing.T, set migrate.Set) {
	t.Helper()
	uri := mongotest.URI(t)
	d, there := fixture.Connect(t, uri), mongotest.Database(t, uri)
	fixture.Run(t, there, In(l.Collection, l.Command))
	for round := range 2 {
		begun := time.Now()
		err := fixture.Prepare(t.Context(), d, set)
		names := []string{l.Collection, l.Named, there.Name(), "name another database"}
		switch took := time.Since(begun); {
		case l.Named == "" && err != nil:
			t.Fatalf("round %d: refused: %v", round, err)
		case l.Named == "":
		case err == nil || !fixture.Says(err, names...):
			t.Fatalf("round %d: %v, want a sentence that names %s", round, err, l.Named)
		case took >= client.ReachTimeout: // As long as it tries again.
			t.Errorf("it took %v to say so", took)
		}
	}
}
