package mongo

import (
	"context"
	"errors"
	"fmt"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// errMiscounted means that a reply does not account for every write. The driver (1.17.10) returns
// no error at all for a refused write with the label NoWritesPerformed that it does not retry.
var errMiscounted = errors.New("the reply does not account for every write")

// bulkWrite sends models once, as one unordered command, and tells by index which were refused;
// all others are durable. After an error it is not known what became of any of them.
//
// The models must be all inserts or all upserts, and fit into one message: of several commands
// the driver would drop all write concern errors but the last one's.
func bulkWrite(
	ctx context.Context, to *driver.Collection, models []driver.WriteModel,
) (refused map[int]driver.WriteError, err error) {
	done, refused, err := sendBulk(ctx, to, models)
	if err == nil && done+len(refused) != len(models) {
		err = errMiscounted
	}
	if err != nil {
		return nil, err
	}
	return refused, nil
}

// writeOne sends a write that may find nothing to do, and reports whether it found it. An insert
// finds nothing if its _id is taken. A refusal that the driver conceals (see errMiscounted) looks
// as if nothing was found, so nothing may be concluded from that but "somebody else was first".
func writeOne(
	ctx context.Context, to *driver.Collection, model driver.WriteModel,
) (done bool, err error) {
	n, refused, err := sendBulk(ctx, to, []driver.WriteModel{model})
	if refusal, is := refused[0]; is && !isTaken(refusal) {
		return false, refusalOf(refusal)
	}
	return err == nil && n == 1, err
}

// sendBulk also counts what was done: each model inserts, finds or makes one document, or deletes
// one.
func sendBulk(
	ctx context.Context, to *driver.Collection, models []driver.WriteModel,
) (done int, refused map[int]driver.WriteError, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	result, err := to.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	var partly driver.BulkWriteException
	switch {
	case errors.As(err, &partly):
		if doubt := partly.WriteConcernError; doubt != nil {
			return 0, nil, fmt.Errorf("not known to be durable: %w", doubt)
		}
	case err != nil:
		return 0, nil, err
	}
	refused = make(map[int]driver.WriteError, len(partly.WriteErrors))
	for _, e := range partly.WriteErrors {
		refused[e.Index] = e.WriteError
	}
	written := result.InsertedCount + result.MatchedCount + result.UpsertedCount +
		result.DeletedCount
	return int(written), refused, nil
}
