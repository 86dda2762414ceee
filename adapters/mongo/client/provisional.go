package client

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// The write concerns of what need not be durable when it is acknowledged.
var (
	memory  = acknowledged(false)
	flushed = acknowledged(true)
)

// acknowledged is the write concern of one member, from its memory or from its journal.
func acknowledged(journaled bool) bsoncore.Document {
	return bsoncore.NewDocumentBuilder().AppendInt32("w", 1).AppendBoolean("j", journaled).Build()
}

// WriteProvisionally does what WriteAll does, but waits for the primary's memory alone: until a
// majority of the members has what was written, a failover or a crash can take it back. It also
// tells the term of the primary, which is 0 if a router answered instead.
func WriteProvisionally(
	ctx context.Context, to *driver.Collection, k Kind, statements []bson.Raw,
) (refused map[int]driver.WriteError, term int64, err error) {
	k.ack = memory
	r, err := send(ctx, to, k, statements)
	if err != nil {
		return nil, 0, err
	}
	refused, err = r.refused(len(statements))
	if err == nil && r.term() != 0 && r.isDeposed() {
		err = errDeposed
	}
	return refused, r.term(), err
}

// Flush has the primary write its journal to the disk, and changes nothing in the collection.
func Flush(ctx context.Context, of *driver.Collection) error {
	nothing, err := bson.Marshal(Update(bson.D{{Key: "_id", Value: primitive.MinKey{}}},
		bson.D{{Key: "$unset", Value: bson.D{{Key: "nothing", Value: ""}}}}))
	if err != nil {
		return err
	}
	update := Updates
	update.ack = flushed
	_, err = send(ctx, of, update, []bson.Raw{nothing})
	return err
}

// UpdateTellingTerm sends an Update once, and tells the term of the primary that did it, as
// WriteProvisionally does. It is durable, with all that this primary did before.
func UpdateTellingTerm(
	ctx context.Context, to *driver.Collection, statement bson.D,
) (term int64, err error) {
	raw, err := bson.Marshal(statement)
	if err != nil {
		return 0, err
	}
	r, err := send(ctx, to, Updates, []bson.Raw{raw})
	if err == nil {
		err = r.err()
	}
	if err != nil {
		return 0, err
	}
	for _, e := range r.WriteErrors {
		return 0, RefusalOf(e.asError())
	}
	return r.term(), nil
}
