// Package changestream follows a change stream through whatever happens to it: it opens and polls
// it, opens it again when it breaks, and says when its place is lost.
package changestream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/ports/clock"
)

const (
	// GatherTime passes between polls while events come in, so that batches grow.
	GatherTime = time.Millisecond
	// IdleTime passes before a feed hands over a position that moved on without any event. It
	// should stay within the server's history, which holds hours.
	IdleTime = 10 * time.Second
	// awaitTime is how long the server waits for an event before it says that there is none.
	awaitTime = 200 * time.Millisecond
	// Patience is how long an answer of the server may take: a follower does not wait for a primary
	// that went silent, since there may be another one by now. It doubles each time it is lost, up
	// to patienceMax, for a server may also have a long way to go from an old place.
	Patience, patienceMax = 5 * time.Second, 10 * time.Minute
	// restTime passes before a stream that broke is opened again; longer each time in a row.
	restTime, restTimeMax = 50 * time.Millisecond, 2 * time.Second
)

// A Follower conducts one call of a feed's Follow.
type Follower struct {
	name      string // Of the feed, in the log.
	log       *slog.Logger
	patience  time.Duration
	failed    error  // Of the feed's handler.
	handed    bool   // The handler took something since the stream was opened.
	complaint string // What the log was told since the handler took something.
}

// NewFollower returns a Follower that tells log what happens to the feed of that name.
func NewFollower(name string, log *slog.Logger) *Follower {
	return &Follower{name: name, log: log, patience: Patience}
}

// A LostError says why a feed cannot go on from its place.
type LostError string

func (e LostError) Error() string { return string(e) }

const errClosed LostError = "the server closed the change stream: " +
	"the collection was dropped or renamed"

// Follow calls run again whenever it breaks, until the feed's handler fails or ctx ends, and
// returns that error. It calls lose first if the place is lost.
func (f *Follower) Follow(
	ctx context.Context, run func(context.Context) error, lose func(),
) error {
	for rest := restTime; ; rest = min(2*rest, restTimeMax) {
		err := run(ctx)
		switch {
		case f.failed != nil:
			return f.failed
		case ctx.Err() != nil:
			return ctx.Err()
		case isLost(err):
			f.complain("begins anew: its place is lost", err)
			lose()
		default:
			f.complain("broke and is opened again", err)
		}
		if f.handed {
			f.handed, f.complaint, rest = false, "", restTime
		}
		if err := clock.Sleep(ctx, rest); err != nil {
			return err
		}
	}
}

// Handed notes how the feed's handler took a batch, and returns its error, with which run has to
// end.
func (f *Follower) Handed(err error) error {
	f.failed, f.handed = err, true
	return err
}

// complain tells the log what is wrong, once for as long as it does not change.
func (f *Follower) complain(what string, err error) {
	if f.complaint != what {
		f.log.Warn(f.name+" "+what, "error", err)
	}
	f.complaint = what
}

// Open opens the change stream of a collection.
func (f *Follower) Open(
	ctx context.Context, of *driver.Collection, events driver.Pipeline,
	o *options.ChangeStreamOptions,
) (*driver.ChangeStream, error) {
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	stream, err := of.Watch(ctx, events, o.SetMaxAwaitTime(awaitTime))
	if err = f.answered(ctx, err); err != nil {
		return nil, fmt.Errorf("watch %s: %w", of.Name(), err)
	}
	return stream, nil
}

// Poll waits a moment for an event, and reports whether there is one. After an error the stream is
// of no more use.
func (f *Follower) Poll(ctx context.Context, stream *driver.ChangeStream) (some bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	some = stream.TryNext(ctx)
	err = f.answered(ctx, stream.Err())
	if err == nil && !some && stream.ID() == 0 {
		err = errClosed
	}
	return some, err
}

// answered adapts the patience to how the server answered in ctx, and returns err.
func (f *Follower) answered(ctx context.Context, err error) error {
	switch {
	case err == nil:
		f.patience = Patience
	case ctx.Err() != nil:
		f.patience = min(2*f.patience, patienceMax)
	}
	return err
}

func isLost(err error) bool {
	var lost LostError
	return errors.As(err, &lost) || client.IsLost(err)
}
