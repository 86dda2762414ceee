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
// The models must be all inserts or all updates, and fit into one message: of several commands
// the driver would drop all write concern errors but the last one's.
func bulkWrite(
	ctx context.Context, to *driver.Collection, models []driver.WriteModel,
) (refused map[int]driver.WriteError, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	result, err := to.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	var partly driver.BulkWriteException
	switch {
	case errors.As(err, &partly):
		if doubt := partly.WriteConcernError; doubt != nil {
			return nil, fmt.Errorf("not known to be durable: %w", doubt)
		}
	case err != nil:
		return nil, err
	}
	written := result.InsertedCount + result.MatchedCount + result.UpsertedCount
	if int(written)+len(partly.WriteErrors) != len(models) {
		return nil, errMiscounted
	}
	refused = make(map[int]driver.WriteError, len(partly.WriteErrors))
	for _, e := range partly.WriteErrors {
		refused[e.Index] = e.WriteError
	}
	return refused, nil
}
