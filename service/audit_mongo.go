package service

import (
	"context"
	"errors"

	"orders/adapters/mongo/audit"
	"orders/adapters/mongo/client"
)

// openMongoAudit opens the audit in the database of the commits, or of the views if only these are
// in MongoDB.
func openMongoAudit(ctx context.Context, c Config) (openedAudit, error) {
	uri := c.ReadURI
	if c.WriteStore == Mongo {
		uri = c.MongoURI
	}
	d, err := client.Connect(ctx, uri)
	if err != nil {
		return openedAudit{}, err
	}
	a, err := audit.Open(ctx, d)
	if err != nil {
		return openedAudit{}, errors.Join(err, d.Close(context.WithoutCancel(ctx)))
	}
	return openedAudit{a, d.Close}, nil
}
