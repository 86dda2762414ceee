package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/ports"
)

// scan delivers every commit there is, ordered by key, and then takes the place from before it:
// what is committed meanwhile, the change stream tells. Until it ends, the place is empty.
func (r *follower) scan(ctx context.Context) error {
	session, err := r.client.StartSession(options.Session().SetCausalConsistency(true))
	if err != nil {
		return fmt.Errorf("scan %s: %w", commitsName, err)
	}
	defer session.EndSession(context.WithoutCancel(ctx))
	// In the session, the scan sees everything that happened before the token.
	ctx = driver.NewSessionContext(ctx, session)
	token, err := r.token(ctx, options.ChangeStream())
	if err != nil {
		return fmt.Errorf("scan %s: %w", commitsName, err)
	}
	cursor, err := r.commits.Find(ctx, bson.D{}, options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(batchMax))
	if err != nil {
		return fmt.Errorf("scan %s: %w", commitsName, err)
	}
	defer closeSoon(ctx, cursor)
	var b ports.Batch
	for cursor.Next(ctx) {
		b.Commits = append(b.Commits, commitOf(cursor.Current))
		if cursor.RemainingBatchLength() == 0 {
			if err := r.deliver(b); err != nil {
				return err
			}
			b = ports.Batch{}
		}
	}
	if err := cursor.Err(); err != nil {
		return fmt.Errorf("scan %s: %w", commitsName, err)
	}
	r.at, r.caughtUp = r.at.moved(token), true
	return r.deliver(ports.Batch{Next: r.at.position()})
}

// token returns the place where a change stream begins, which is the present by default.
func (r *follower) token(
	ctx context.Context, o *options.ChangeStreamOptions,
) (bson.Raw, error) {
	stream, err := r.commits.Watch(ctx, insertsOnly, o)
	if err != nil {
		return nil, err
	}
	defer closeSoon(ctx, stream)
	token := stream.ResumeToken()
	if token == nil {
		return nil, errNoToken
	}
	return token, nil
}

var errNoToken = errors.New("the server gives no place to go on from")

var insertsOnly = driver.Pipeline{
	{{Key: "$match", Value: bson.D{{Key: "operationType", Value: "insert"}}}},
	{{Key: "$project", Value: bson.D{
		{Key: "fullDocument", Value: 1}, {Key: "clusterTime", Value: 1},
	}}},
}

// follow delivers what the change stream tells from r's place on.
func (r *follower) follow(ctx context.Context) error {
	stream, err := r.watch(ctx)
	if err != nil {
		return fmt.Errorf("watch %s: %w", commitsName, err)
	}
	defer closeSoon(ctx, stream)
	quiet := silence{}
	for {
		some, err := r.poll(ctx, stream)
		switch {
		case err != nil:
			return fmt.Errorf("watch %s: %w", commitsName, err)
		case some:
			quiet = silence{}
			if err := r.deliverFrom(stream); err != nil {
				return err
			}
			if err := pause(ctx, gatherTime); err != nil {
				return err
			}
		default:
			r.at = r.at.moved(stream.ResumeToken())
			if !quiet.worthTelling(stream.ID()) {
				continue
			}
			r.caughtUp = true
			if err := r.deliver(ports.Batch{Next: r.at.position()}); err != nil {
				return err
			}
		}
	}
}

func (r *follower) watch(ctx context.Context) (*driver.ChangeStream, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	stream, err := r.commits.Watch(ctx, insertsOnly, options.ChangeStream().
		SetStartAfter(r.at.token).SetMaxAwaitTime(awaitTime).SetBatchSize(batchMax))
	return stream, r.answered(ctx, err)
}

// poll reports whether there is an event. After an error the stream is of no more use.
func (r *follower) poll(ctx context.Context, stream *driver.ChangeStream) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	if stream.TryNext(ctx) {
		return true, r.answered(ctx, nil)
	}
	if err := r.answered(ctx, stream.Err()); err != nil {
		return false, err
	}
	if stream.ID() == 0 {
		return false, errClosed
	}
	return false, nil
}

// answered adapts the patience to how the server answered in ctx, and returns err.
func (r *follower) answered(ctx context.Context, err error) error {
	switch {
	case err == nil:
		r.patience = patience
	case ctx.Err() != nil:
		r.patience = min(2*r.patience, patienceMax)
	}
	return err
}

// deliverFrom hands over the current event and all that came with it.
func (r *follower) deliverFrom(stream *driver.ChangeStream) error {
	b := ports.Batch{Commits: []ports.Commit{eventOf(stream)}}
	for len(b.Commits) < batchMax && stream.RemainingBatchLength() > 0 &&
		stream.TryNext(r.caller) {
		b.Commits = append(b.Commits, eventOf(stream))
	}
	if at, ok := timeOf(stream); ok && !r.until.IsZero() && at.After(r.until) {
		r.caughtUp = true // Also under constant traffic, when there is never silence.
	}
	next := r.at.moved(stream.ResumeToken())
	b.Next = next.position()
	if err := r.deliver(b); err != nil {
		return err
	}
	r.at = next
	return nil
}

func eventOf(stream *driver.ChangeStream) ports.Commit {
	document, _ := stream.Current.Lookup("fullDocument").DocumentOK()
	return commitOf(document)
}

// timeOf is when the current event happened, by the clock of the servers.
func timeOf(stream *driver.ChangeStream) (at primitive.Timestamp, ok bool) {
	at.T, at.I, ok = stream.Current.Lookup("clusterTime").TimestampOK()
	return at, ok
}

func commitOf(document bson.Raw) ports.Commit {
	c, err := decodeCommit(document)
	c.Unreadable = err
	return c
}

// A silence is a row of polls that brought nothing.
type silence struct {
	cursor int64
	polls  int
	told   time.Time
}

// worthTelling counts one more poll of a cursor. The first one that brings nothing has not waited
// for news, so the second one means "caught up". It is worth telling, and then, as the position
// moves on all the same, once in a while.
func (s *silence) worthTelling(cursor int64) bool {
	if s.cursor != cursor { // The driver may have opened another one.
		s.cursor, s.polls = cursor, 0
	}
	s.polls++
	if s.polls < 2 || time.Since(s.told) < idleTime {
		return false
	}
	s.told = time.Now()
	return true
}
