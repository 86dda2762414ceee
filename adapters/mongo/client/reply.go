package client

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
)

// A reply is the server's answer to a write. We decode it, as the driver hides parts of it.
type reply struct {
	OK          float64      `bson:"ok"`
	Code        int32        `bson:"code"`
	Message     string       `bson:"errmsg"`
	N           int          `bson:"n"`
	WriteErrors []writeError `bson:"writeErrors"`
	Doubt       *doubtError  `bson:"writeConcernError"`

	// {ts, t}: of the last write that it speaks of. If nothing was written, it is the last one that
	// the server had done before it replied.
	OpTime bson.RawValue `bson:"opTime"`
	// Election names the election that made the server primary.
	Election primitive.ObjectID `bson:"electionId"`
}

// term is that in which the server was the primary that did or found all that r speaks of, 0 if it
// does not say.
func (r reply) term() int64 {
	at, _ := r.OpTime.DocumentOK()
	term, _ := at.Lookup("t").AsInt64OK()
	return max(0, term)
}

// errDeposed means that the server was deposed before it replied. What it found may be taken back
// since, though it tells the term of the next primary, which it follows.
var errDeposed = errors.New("the server was deposed before it replied")

// isDeposed reports whether the server tells the term of another primary. It was elected in its
// own.
func (r reply) isDeposed() bool {
	elected, is := termOf(r.Election)
	return is && elected != r.term()
}

// A doubtError means that what was written may be lost with this primary.
type doubtError struct {
	Code    int    `bson:"code"`
	Message string `bson:"errmsg"`
}

func (e *doubtError) Error() string {
	return fmt.Sprintf("not known to be durable: %s (%d)", e.Message, e.Code)
}

type writeError struct {
	Index   int    `bson:"index"`
	Code    int    `bson:"code"`
	Message string `bson:"errmsg"`
}

func (e writeError) asError() driver.WriteError {
	return driver.WriteError{Index: e.Index, Code: e.Code, Message: e.Message}
}

// err tells why nothing is known of the statements, nil if the reply accounts for them.
func (r reply) err() error {
	switch {
	case r.OK != 1: // The driver may have taken it for success.
		return driver.CommandError{Code: r.Code, Message: r.Message}
	case r.Doubt != nil:
		return r.Doubt
	}
	return nil
}

// errMiscounted means that a reply does not account for every write. The driver (1.17.10) returns
// no error at all for a refused write with the label NoWritesPerformed that it does not retry.
var errMiscounted = errors.New("the reply does not account for every write")

// refused accounts for all statements, of which each inserts, finds or makes one document.
func (r reply) refused(statements int) (map[int]driver.WriteError, error) {
	if err := r.err(); err != nil {
		return nil, err
	}
	if r.N+len(r.WriteErrors) != statements {
		return nil, errMiscounted
	}
	refused := make(map[int]driver.WriteError, len(r.WriteErrors))
	for _, e := range r.WriteErrors {
		refused[e.Index] = e.asError()
	}
	return refused, nil
}
