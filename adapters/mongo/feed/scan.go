package feed

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/ports"
)

// scan delivers every commit there is, ordered by key, and then takes the place from before it:
// what is committed meanwhile, the change stream tells. Until it ends, the place is empty, which
// a first batch tells even if there is no commit.
func (r *follower) scan(ctx context.Context) error {
	session, err := r.feed.db.Client.StartSession(options.Session().SetCausalConsistency(true))
	if err != nil {
		return fmt.Errorf("scan %s: %w", journal.Collection, err)
	}
	defer session.EndSession(context.WithoutCancel(ctx))
	// In the session, the scan sees everything that happened before the token.
	ctx = driver.NewSessionContext(ctx, session)
	token, err := r.token(ctx, options.ChangeStream())
	if err != nil {
		return fmt.Errorf("scan %s: %w", journal.Collection, err)
	}
	if err := r.scanAll(ctx); err != nil {
		return err
	}
	r.at, r.caughtUp = r.at.moved(token), true
	return r.deliver(ports.Batch{Next: r.at.position()})
}

// scanAll delivers all commits, after a batch that says that it begins from the beginning.
func (r *follower) scanAll(ctx context.Context) error {
	found, err := r.feed.db.FindDurable(ctx, r.feed.commits, bson.D{}, options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(r.feed.sizes.Batch(journal.BatchMax)))
	if err != nil {
		return fmt.Errorf("scan %s: %w", journal.Collection, err)
	}
	cursor := r.feed.sizes.Pace(found, journal.BatchMax)
	defer cursor.Close(ctx)
	var b ports.Batch
	if err := r.deliver(b); err != nil {
		return err
	}
	size := 0
	for cursor.Next(ctx) {
		if c, is := r.feed.commitOf(cursor.Current); is {
			b.Commits = append(b.Commits, c)
		}
		size += len(cursor.Current)
		if cursor.RemainingBatchLength() == 0 || size >= feedBytes {
			if err := r.deliver(b); err != nil {
				return err
			}
			b, size = ports.Batch{}, 0
		}
	}
	if err := cursor.Err(); err != nil {
		return fmt.Errorf("scan %s: %w", journal.Collection, err)
	}
	return nil
}

// token returns the place where a change stream begins, which is the present by default.
func (r *follower) token(
	ctx context.Context, o *options.ChangeStreamOptions,
) (bson.Raw, error) {
	stream, err := r.feed.commits.Watch(ctx, InsertsOnly, o)
	if err != nil {
		return nil, err
	}
	defer client.CloseSoon(ctx, stream)
	token := stream.ResumeToken()
	if token == nil {
		return nil, errNoToken
	}
	return token, nil
}

var errNoToken = errors.New("the server gives no place to go on from")

var InsertsOnly = driver.Pipeline{
	{{Key: "$match", Value: bson.D{{Key: "operationType", Value: "insert"}}}},
	{{Key: "$project", Value: bson.D{
		{Key: "fullDocument", Value: 1}, {Key: "clusterTime", Value: 1},
	}}},
}
