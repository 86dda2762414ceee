package mongo

import (
	"context"
	"fmt"
	"log/slog"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/domain/order"
	"orders/ports"
)

var _ ports.EventStore = (*EventStore)(nil)

// commitsName is the collection of commits: one document for each, never changed.
const commitsName = "order_writes"

// maxDocument is the most that MongoDB stores in one document.
const maxDocument = 16 << 20

// EventStore keeps commits in order_writes.
type EventStore struct {
	commits *driver.Collection
	group   *groupCommit
}

// NewEventStore returns the event store of d, to be closed after use. Its migrations must have
// run. g may be zero.
func NewEventStore(d *Database, g GroupCommit, log *slog.Logger) *EventStore {
	s := &EventStore{commits: d.collection(commitsName)}
	s.group = newGroupCommit(g, s.insert, d.news.tell, log)
	return s
}

// Close takes no more appends and waits until the outcome of each is known, or ctx ends.
func (s *EventStore) Close(ctx context.Context) error { return s.group.Close(ctx) }

// Load reads all commits of an order at once.
func (s *EventStore) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	stream := ports.Stream{ID: id}
	above, below := keysOf(id)
	inOrder := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).
		SetBatchSize(order.CommitsMax + 1)
	cursor, err := s.commits.Find(ctx, bson.D{{Key: "_id", Value: bson.D{
		{Key: "$gt", Value: above}, {Key: "$lt", Value: below},
	}}}, inOrder)
	if err != nil {
		return ports.Stream{}, translate(ctx, err)
	}
	defer closeSoon(ctx, cursor)
	for cursor.Next(ctx) {
		c, err := decodeCommit(cursor.Current)
		if err == nil {
			err = follows(stream, c)
		}
		if err != nil {
			return ports.Stream{}, fmt.Errorf("commit %s: %w", commitKey(c.OrderID, c.Version), err)
		}
		stream.Commits = append(stream.Commits, c)
	}
	if err := cursor.Err(); err != nil {
		return ports.Stream{}, translate(ctx, err)
	}
	return stream, nil
}

// follows refuses a commit that is not the next one of a stream.
func follows(s ports.Stream, c ports.Commit) error {
	if c.OrderID != s.ID || c.Version != s.Version()+1 {
		return fmt.Errorf("version %d of order %s follows %d of %s: %w",
			c.Version, c.OrderID, s.Version(), s.ID, ports.ErrUnreadable)
	}
	return nil
}

// Append inserts c together with the appends of others. See groupCommit.
func (s *EventStore) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.OrderID != past.ID || c.Version != past.Version()+1 || c.ID == "" || len(c.Events) == 0 {
		return fmt.Errorf("commit %q, version %d of %s with %d events, does not follow %d of %s",
			c.ID, c.Version, c.OrderID, len(c.Events), past.Version(), past.ID)
	}
	document, err := encodeCommit(c)
	if err != nil {
		return err
	}
	if len(document) > maxDocument {
		return fmt.Errorf("commit %s has %d bytes, more than MongoDB stores",
			commitKey(c.OrderID, c.Version), len(document))
	}
	return s.group.submit(ctx, c, document)
}
