package mongo

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// A command writes many documents at once.
type command struct {
	name, list string
	uuid       []byte // Of the collection that it is for; none for whichever has the name.
}

var (
	inserts = command{name: "insert", list: "documents"}
	updates = command{name: "update", list: "updates"}
)

// writeAll sends statements once, as one unordered command, and tells by index which were refused;
// all others are durable. After an error it is not known what became of any of them.
//
// It does what bulkWrite does, for less: each statement is copied once, and neither the driver nor
// the server keeps a record for the driver's own retries, as the callers send again by themselves
// what is in doubt.
func writeAll(
	ctx context.Context, to *driver.Collection, c command, statements []bson.Raw,
) (refused map[int]driver.WriteError, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	answer, err := to.Database().RunCommand(ctx, c.of(to.Name(), statements)).Raw()
	if partly := (driver.WriteException{}); err != nil && !errors.As(err, &partly) {
		return nil, err
	}
	var r reply
	if err := bson.Unmarshal(answer, &r); err != nil {
		return nil, fmt.Errorf("read the reply: %w", err)
	}
	return r.refused(len(statements))
}

// of is the command, as the server takes it.
func (c command) of(collection string, statements []bson.Raw) bson.Raw {
	size := len(collection) + 256
	for _, s := range statements {
		size += len(s) + 8
	}
	at, d := bsoncore.AppendDocumentStart(make([]byte, 0, size))
	d = bsoncore.AppendStringElement(d, c.name, collection)
	d = bsoncore.AppendBooleanElement(d, "ordered", false)
	d = bsoncore.AppendDocumentElement(d, "writeConcern", durably)
	if len(c.uuid) > 0 {
		d = bsoncore.AppendBinaryElement(d, "collectionUUID", bson.TypeBinaryUUID, c.uuid)
	}
	list, d := bsoncore.AppendArrayElementStart(d, c.list)
	for i, s := range statements {
		d = bsoncore.AppendDocumentElement(d, strconv.Itoa(i), bsoncore.Document(s))
	}
	d, _ = bsoncore.AppendArrayEnd(d, list) // It was begun above, as was the document.
	d, _ = bsoncore.AppendDocumentEnd(d, at)
	return d
}

// durably is durable in a command.
var durably = bsoncore.NewDocumentBuilder().
	AppendString("w", "majority").
	AppendBoolean("j", true).
	AppendInt64("wtimeout", ackTimeout.Milliseconds()).
	Build()

// A reply is the server's. The driver has looked at it, too, but does not tell all of it.
type reply struct {
	OK          float64 `bson:"ok"`
	Code        int32   `bson:"code"`
	Message     string  `bson:"errmsg"`
	N           int     `bson:"n"`
	WriteErrors []struct {
		Index   int    `bson:"index"`
		Code    int    `bson:"code"`
		Message string `bson:"errmsg"`
	} `bson:"writeErrors"`
	Doubt *struct {
		Code    int    `bson:"code"`
		Message string `bson:"errmsg"`
	} `bson:"writeConcernError"`
}

// refused accounts for all statements, of which each inserts, finds or makes one document.
func (r reply) refused(statements int) (map[int]driver.WriteError, error) {
	switch {
	case r.OK != 1: // The driver may have taken it for success.
		return nil, driver.CommandError{Code: r.Code, Message: r.Message}
	case r.Doubt != nil:
		return nil, fmt.Errorf("not known to be durable: %s (%d)", r.Doubt.Message, r.Doubt.Code)
	case r.N+len(r.WriteErrors) != statements:
		return nil, errMiscounted
	}
	refused := make(map[int]driver.WriteError, len(r.WriteErrors))
	for _, e := range r.WriteErrors {
		refused[e.Index] = driver.WriteError{Index: e.Index, Code: e.Code, Message: e.Message}
	}
	return refused, nil
}
