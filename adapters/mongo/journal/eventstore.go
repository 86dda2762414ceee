// Package journal keeps the commits: it appends them in groups, loads them by order, reads all of
// them, and broadcasts those that this process records.
package journal

import (
	"context"
	"embed"
	"fmt"
	"log/slog"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

var _ ports.EventStore = (*EventStore)(nil)

// Collection is the collection of commits: one document for each, never changed.
const Collection = "order_writes"

//go:embed migrations
var files embed.FS

// Set is the migrations of the commits.
var Set = migrate.Set{
	Collection: Collection, Holds: "commits", Files: files, Folder: "migrations",
	IsKey: isCommitKey, Complete: true,
}

// EventStore keeps commits in order_writes.
type EventStore struct {
	db      *client.Database
	commits *driver.Collection
	group   *groupCommit

	target   client.Collection // That of commits, as it was when it was first appended to.
	onDenial func(error)       // See WhenDenied.

	mayWrite func(context.Context) error // See OnlyWhile.
}

// NewEventStore returns the event store of d, to be closed after use. It sends on b what it
// records. Its migrations must have run. g may be zero.
func NewEventStore(d *client.Database, b *Broadcast, g GroupCommit, log *slog.Logger) *EventStore {
	s := &EventStore{
		db: d, commits: d.Collection(Collection), onDenial: func(error) {},
		mayWrite: func(context.Context) error { return nil },
	}
	s.target.Named = s.commits
	s.group = newGroupCommit(g, s.record, b.send, log)
	return s
}

// OnDenial has the store tell what it is denied. It is to be called before the store is used.
func (s *EventStore) OnDenial(tell func(error)) { s.onDenial = tell }

// OnlyWhile has the store record nothing unless check returns nil, and acknowledge nothing unless
// it still does after that. It is to be called before the store is used.
func (s *EventStore) OnlyWhile(check func(context.Context) error) { s.mayWrite = check }

// OnWrite has o see each write. It is to be called before the store is used.
func (s *EventStore) OnWrite(o Observer) { s.group.observer = o }

// Queue is how many appends may wait for a write, and how many do.
func (s *EventStore) Queue() (limit int, waiting func() int) {
	return s.group.limit, s.group.slots.Waiting
}

// Close takes no more appends and waits until the outcome of each is known, or ctx ends.
func (s *EventStore) Close(ctx context.Context) error { return s.group.Close(ctx) }

// Load reads all commits of an order at once.
func (s *EventStore) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	stream := ports.Stream{ID: id}
	whole := func(context.Context) (int, error) { return order.CommitsEver, nil }
	err := s.read(ctx, id, 0, whole, func(c ports.Commit, _ int) error {
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
	batches := &readBatches{account: budget.Of(ctx)}
	defer batches.end()
	return s.read(ctx, id, max(after, 0), batches.next, func(c ports.Commit, size int) error {
		batches.largest = max(batches.largest, size)
		return each(c)
	})
}

// read hands each the commits of an order after a version, and their sizes. It asks batch how many
// it shall read next. Each batch is a query of its own, which leaves no cursor behind: whoever ends
// after the first commit of an order asks the server no more than if there were none.
func (s *EventStore) read(
	ctx context.Context, id order.ID, after int,
	batch func(context.Context) (int, error), each func(c ports.Commit, size int) error,
) error {
	for version := after; ; {
		n, err := batch(ctx)
		if err != nil {
			return err
		}
		read, err := s.readBatch(ctx, id, version, n, each)
		if err != nil || read < n {
			return err
		}
		version += read
	}
}

// readBatch hands each up to n commits after a version, and returns how many there were.
func (s *EventStore) readBatch(
	ctx context.Context, id order.ID, after, n int, each func(c ports.Commit, size int) error,
) (read int, err error) {
	cursor, err := s.db.FindDurable(ctx, s.commits, commitsAfter(id, after), options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(n)).SetBatchSize(int32(n)))
	if err != nil {
		return 0, client.Translate(ctx, err)
	}
	defer client.CloseSoon(ctx, cursor)
	for cursor.Next(ctx) {
		read++
		c, err := DecodeCommit(cursor.Current)
		if err == nil {
			err = follows(id, after+read, c)
		}
		if err != nil {
			return read, fmt.Errorf("commit %s: %w", commitKey(c.OrderID, c.Version), err)
		}
		if err := each(c, len(cursor.Current)); err != nil {
			return read, err
		}
	}
	if err := cursor.Err(); err != nil {
		return read, client.Translate(ctx, err)
	}
	return read, nil
}

// commitsAfter selects the commits of an order after a version.
func commitsAfter(id order.ID, version int) bson.D {
	above, below := keysOf(id)
	if version > 0 {
		above = commitKey(id, version)
	}
	return bson.D{{Key: "_id", Value: bson.D{
		{Key: "$gt", Value: above}, {Key: "$lt", Value: below},
	}}}
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
	if len(document) > client.MaxDocument {
		return fmt.Errorf("commit %s has %d bytes, more than MongoDB stores",
			commitKey(c.OrderID, c.Version), len(document))
	}
	return s.group.submit(ctx, c, document)
}
