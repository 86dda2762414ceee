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
	"orders/ports/budget"
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
	read    sizes // Of the commits that were read of late.
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
	err := s.commitsOf(ctx, id, 0, func(c ports.Commit) error {
		stream.Commits = append(stream.Commits, c)
		return nil
	})
	if err != nil {
		return ports.Stream{}, err
	}
	return stream, nil
}

// Read reads the commits of an order after a version, a batch at a time.
func (s *EventStore) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return s.commitsOf(ctx, id, max(after, 0), each)
}

// readMax is how many commits the server sends at once, at most: those of any usual order.
const readMax = order.CommitsMax + 1

func (s *EventStore) commitsOf(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	above, below := keysOf(id)
	if after > 0 {
		above = commitKey(id, after)
	}
	inOrder := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).
		SetBatchSize(s.read.batch(readMax))
	found, err := s.commits.Find(ctx, bson.D{{Key: "_id", Value: bson.D{
		{Key: "$gt", Value: above}, {Key: "$lt", Value: below},
	}}}, inOrder)
	if err != nil {
		return translate(ctx, err)
	}
	cursor := s.read.pace(found, readMax)
	defer cursor.close(ctx)
	for version := after + 1; cursor.Next(ctx); version++ {
		c, err := decodeCommit(cursor.Current)
		if err == nil {
			err = follows(id, version, c)
		}
		if err != nil {
			return fmt.Errorf("commit %s: %w", commitKey(c.OrderID, c.Version), err)
		}
		if err := each(c); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return translate(ctx, err)
	}
	return nil
}

// follows refuses a commit that is not the one of a version of an order.
func follows(id order.ID, version int, c ports.Commit) error {
	if c.OrderID != id || c.Version != version {
		return fmt.Errorf("version %d of order %s follows %d of %s: %w",
			c.Version, c.OrderID, version-1, id, ports.ErrUnreadable)
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
	if err := budget.TakeAnswer(ctx, c.Size()); err != nil {
		return err // It waits in a queue, as a document, and is written with others.
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
