// Package feed tells the commits in order, from a place on: by a scan, a change stream, and the
// broadcast of this process.
package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/ports/clock"
)

var _ ports.EventFeed = (*EventFeed)(nil)

// EventFeed tells what is inserted into order_writes, from a change stream; and what this process
// inserts, as soon as that is durable. Handlers must not change what they are given.
type EventFeed struct {
	client  *driver.Client
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
		client: d.Client, commits: d.Collection(journal.Collection), own: own, log: log,
		sizes: &client.Sizes{},
	}
}

const (
	// feedBytes is about how many bytes the commits have that are handed over at once, unless one
	// has more.
	feedBytes = 4 << 20
	// awaitTime is how long the server waits for an event before it says that there is none.
	awaitTime = 200 * time.Millisecond
	// gatherTime passes between polls while commits come in, so that batches grow. While all that
	// comes is known already, there is no hurry: lazyTime passes.
	gatherTime, lazyTime = time.Millisecond, 20 * time.Millisecond
	// idleTime passes before a position is handed over that moved on without any commit. It
	// should stay within the server's history, which holds hours.
	idleTime = 10 * time.Second
	// patience is how long a poll may go unanswered: a primary that went silent is not waited for,
	// since there may be another one by now. It doubles each time it is lost, up to patienceMax,
	// for a server may also have a long way to go from an old position.
	patience, patienceMax = 5 * time.Second, 10 * time.Minute
	// restTime passes before a feed that broke is opened again; longer each time in a row.
	restTime, restTimeMax = 50 * time.Millisecond, 2 * time.Second
)

// Follow delivers all commits by a scan if need be, and then as the change stream tells of them.
// It outlasts every failure of the database, and begins anew when its place is lost.
func (f *EventFeed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	r := &follower{feed: f, caller: ctx, handle: handle, patience: patience}
	r.begin(placeOf(from))
	for rest := restTime; ; rest = min(2*rest, restTimeMax) {
		err := r.run(ctx)
		var failed handlerError
		switch {
		case errors.As(err, &failed):
			return failed.error
		case ctx.Err() != nil:
			return ctx.Err()
		case isLost(err):
			r.complain("The feed begins anew: its place is lost.", err)
			r.begin(place{})
		default:
			r.complain("The feed broke and is opened again.", err)
		}
		if r.delivered {
			r.delivered, r.complaint, rest = false, "", restTime
		}
		if err := clock.Sleep(ctx, rest); err != nil {
			return err
		}
	}
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

	delivered bool          // Something since it was opened.
	complaint string        // What the log was told since something was delivered.
	patience  time.Duration // How long to wait for the server's next answer.
}

// A handlerError is one of handle, which ends the feed.
type handlerError struct{ error }

var errNoCollection = errors.New("collection " + journal.Collection + " does not exist")

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
			r.feed.log.Warn("The feed begins anew: its position is of another collection.")
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

// complain tells the log what is wrong, once for as long as it does not change.
func (r *follower) complain(message string, err error) {
	if r.complaint != message {
		r.feed.log.Warn(message, "error", err)
	}
	r.complaint = message
}

func (r *follower) collection(ctx context.Context) (uuid string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return client.UUID(ctx, r.feed.commits)
}

func (r *follower) deliver(b ports.Batch) error {
	b.CaughtUp = r.caughtUp
	if err := r.handle(r.caller, b); err != nil {
		return handlerError{err}
	}
	r.delivered = true
	return nil
}

var errClosed = errors.New("the server closed the change stream: " +
	"the collection was dropped or renamed")

// isLost reports whether a feed cannot go on from its place.
func isLost(err error) bool {
	return errors.Is(err, errClosed) || errors.Is(err, errNoCollection) || client.IsLost(err)
}
