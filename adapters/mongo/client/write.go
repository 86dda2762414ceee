package client

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// MaxDocument is the most that MongoDB stores in one document.
const MaxDocument = 16 << 20

// A Kind is what the statements of one write do.
type Kind struct {
	Name, list string // As the server names the command, and its list of statements.
	uuid       []byte // Of the collection that it is for; none for whichever has the name.

	ack bsoncore.Document // What the reply waits for, if not until all is durable.
}

var (
	Inserts = Kind{Name: "insert", list: "documents"}
	Updates = Kind{Name: "update", list: "updates"}
	deletes = Kind{Name: "delete", list: "deletes"}
)

// Update is a statement that changes the document that a filter finds.
func Update(filter bson.D, how any) bson.D {
	return bson.D{{Key: "q", Value: filter}, {Key: "u", Value: how}}
}

// Upsert is an update that makes the document if the filter finds none.
func Upsert(filter bson.D, how any) bson.D {
	return append(Update(filter, how), bson.E{Key: "upsert", Value: true})
}

// WriteAll sends statements once, as one unordered command, and tells by index which were refused;
// all others are durable. After an error it is not known what became of any of them. Each has to
// insert, find or make a document, and all have to fit into one message.
//
// Each statement is copied once, and neither the driver nor the server keeps a record for the
// driver's own retries, as the callers send again by themselves what is in doubt (see Idempotent).
func WriteAll(
	ctx context.Context, to *driver.Collection, k Kind, statements []bson.Raw,
) (refused map[int]driver.WriteError, err error) {
	r, err := send(ctx, to, k, statements)
	if err != nil {
		return nil, err
	}
	return r.refused(len(statements))
}

// UpdateOne sends an Update or an Upsert, and reports whether it found or made a document. It makes
// none if the _id is taken.
func UpdateOne(
	ctx context.Context, to *driver.Collection, how Resend, statement bson.D,
) (bool, error) {
	return writeOne(ctx, to, Updates, how, statement)
}

// DeleteOne deletes the document that a filter finds, and reports whether there was one.
func DeleteOne(
	ctx context.Context, to *driver.Collection, how Resend, filter bson.D,
) (bool, error) {
	return writeOne(ctx, to, deletes, how, bson.D{
		{Key: "q", Value: filter}, {Key: "limit", Value: 1},
	})
}

// writeOne sends a statement that may find nothing to do, and reports whether it found it.
func writeOne(
	ctx context.Context, to *driver.Collection, k Kind, how Resend, statement bson.D,
) (done bool, err error) {
	raw, err := bson.Marshal(statement)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, AttemptTimeout) // Of both attempts.
	defer cancel()
	r, err := how.again(ctx, func() (reply, error) {
		r, err := send(ctx, to, k, []bson.Raw{raw})
		if err == nil {
			err = r.err()
		}
		return r, err
	})
	if err != nil {
		return false, err
	}
	for _, e := range r.WriteErrors {
		if refusal := e.asError(); !IsTaken(refusal) {
			return false, RefusalOf(refusal)
		}
	}
	return r.N == 1, nil
}

func send(
	ctx context.Context, to *driver.Collection, k Kind, statements []bson.Raw,
) (r reply, err error) {
	ctx, cancel := context.WithTimeout(ctx, AttemptTimeout)
	defer cancel()
	answer, err := to.Database().RunCommand(ctx, k.command(to.Name(), statements)).Raw()
	if partly := (driver.WriteException{}); err != nil && !errors.As(err, &partly) {
		return r, err
	}
	if err := bson.Unmarshal(answer, &r); err != nil {
		return r, fmt.Errorf("read the reply: %w", err)
	}
	return r, nil
}

// command is what the server takes.
func (k Kind) command(collection string, statements []bson.Raw) bson.Raw {
	size := len(collection) + 256
	for _, s := range statements {
		size += len(s) + 8
	}
	at, d := bsoncore.AppendDocumentStart(make([]byte, 0, size))
	d = bsoncore.AppendStringElement(d, k.Name, collection)
	d = bsoncore.AppendBooleanElement(d, "ordered", false)
	d = bsoncore.AppendDocumentElement(d, "writeConcern", k.concern())
	if len(k.uuid) > 0 {
		d = bsoncore.AppendBinaryElement(d, "collectionUUID", bson.TypeBinaryUUID, k.uuid)
	}
	list, d := bsoncore.AppendArrayElementStart(d, k.list)
	for i, s := range statements {
		d = bsoncore.AppendDocumentElement(d, strconv.Itoa(i), bsoncore.Document(s))
	}
	d, _ = bsoncore.AppendArrayEnd(d, list) // It was begun above, as was the document.
	d, _ = bsoncore.AppendDocumentEnd(d, at)
	return d
}

func (k Kind) concern() bsoncore.Document {
	if k.ack != nil {
		return k.ack
	}
	return durably
}

// durably is durable in a command.
var durably = bsoncore.NewDocumentBuilder().
	AppendString("w", "majority").
	AppendBoolean("j", true).
	AppendInt64("wtimeout", ackTimeout.Milliseconds()).
	Build()
