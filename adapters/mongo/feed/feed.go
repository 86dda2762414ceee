// Package feed tells the commits in order, from a place on: by a scan, a change stream, and the
// broadcast of this process.
package feed

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/changestream"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/journal"
	"orders/ports"
)

var _ ports.EventFeed = (*EventFeed)(nil)

// EventFeed tells what is inserted into order_writes, from a change stream; and what this process
// inserts, as soon as that is durable. Handlers must not change what they are given.
type EventFeed struct {
	db      *client.Database
	commits *driver.Collection
	own     *journal.Broadcast // What this process records.
	log     *slog.Logger
	unread  document.UnreadableLog
	sizes   *client.Sizes // Of the commits that were read of late.
}

// New returns the feed of d's commits, which listens to own for those that this process
// records. Its migrations must have run.
func New(d *client.Database, own *journal.Broadcast, log *slog.Logger) *EventFeed {
	return &EventFeed{
		db: d, commits: d.Collection(journal.Collection), own: own, log: log,
		sizes: &client.Sizes{},
	}
}

const (
	// feedBytes is about how many bytes the commits have that are handed over at once, unless one
	// has more.
	feedBytes = 4 << 20
	// lazyTime passes between polls while all that comes is known already, so that there is no
	// hurry.
	lazyTime = 20 * time.Millisecond
	// quietTime passes, while nothing comes, before the follower is told of a position that moved
	// on all the same. Each poll that brings nothing takes a little longer.
	quietTime = 150 * time.Millisecond
)

// Follow delivers all commits by a scan if need be, and then as the change stream tells of them.
// It outlasts every failure of the database, and begins anew when its place is lost.
func (f *EventFeed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	r := &follower{
		stream: changestream.NewFollower("The feed", f.log),
		feed:   f, caller: ctx, handle: handle,
	}
	r.begin(placeOf(from))
	return r.stream.Follow(ctx, r.run, func() { r.begin(place{}) })
}

// Now takes the place up to which a majority has everything. The server's own present will not do:
// a commit may be under way that is dated before it, and would be left out.
func (f *EventFeed) Now(ctx context.Context) (ports.Position, error) {
	r := &follower{feed: f}
	collection, err := r.collection(ctx)
	if err == nil && collection == "" {
		err = errNoCollection
	}
	var said client.Hello
	if err == nil {
		said, err = client.AskHello(ctx, f.commits.Database())
	}
	var token bson.Raw
	if err == nil {
		from := options.ChangeStream().SetBatchSize(0) // After events it would be their place.
		// Routers do not say, and begin where it is right by themselves.
		if at := said.LastWrite.Majority.At; !at.IsZero() {
			from.SetStartAtOperationTime(&at)
		}
		token, err = r.token(ctx, from)
	}
	if err != nil {
		return "", fmt.Errorf("look for the end of %s: %w",
			journal.Collection, client.Translate(ctx, err))
	}
	return place{collection: collection}.moved(token).position(), nil
}

// A follower is one call of Follow.
type follower struct {
	stream *changestream.Follower
	feed   *EventFeed
	caller context.Context // What handle gets.
	handle func(context.Context, ports.Batch) error
	at     place     // After what was delivered.
	had    delivered // What was delivered of late.
	// What was delivered and the change stream has not told of, so that it is after at.
	ahead map[version]struct{}

	// What was committed before Follow was called happened until then. Zero if nobody says so.
	until    primitive.Timestamp
	caughtUp bool // All of that was delivered.
}

const errNoCollection changestream.LostError = "collection " + journal.Collection +
	" does not exist"

// run delivers until something breaks.
func (r *follower) run(ctx context.Context) error {
	collection, err := r.collection(ctx)
	if err != nil {
		return fmt.Errorf("look for %s: %w", journal.Collection, err)
	}
	if collection == "" {
		return errNoCollection
	}
	if r.at.collection != collection {
		if r.at.token != nil {
			r.feed.log.Warn("The feed begins anew: its position is of another collection. " +
				"If that is an older copy, run orders projection verify --repair")
		}
		r.begin(place{collection: collection})
	}
	if r.until.IsZero() && !r.caughtUp {
		said, err := client.AskHello(ctx, r.feed.commits.Database())
		if err != nil {
			return fmt.Errorf("ask for the time of the last write: %w", err)
		}
		r.until = said.LastWrite.Newest.At
	}
	if r.at.token == nil {
		if err := r.scan(ctx); err != nil {
			return err
		}
	}
	return r.follow(ctx)
}

// begin makes r go on from a place where nothing has been delivered.
func (r *follower) begin(at place) {
	r.at, r.had, r.ahead = at, newDelivered(), map[version]struct{}{}
}

func (r *follower) collection(ctx context.Context) (uuid string, err error) {
	ctx, cancel := context.WithTimeout(ctx, changestream.Patience)
	defer cancel()
	return client.UUID(ctx, r.feed.commits)
}

func (r *follower) deliver(b ports.Batch) error {
	b.CaughtUp = r.caughtUp
	return r.stream.Handed(r.handle(r.caller, b))
}
