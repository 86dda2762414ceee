package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/ports"
	"orders/ports/clock"
)

var _ ports.ViewFeed = (*Feed)(nil)

const (
	// eventsMax is how many events the server sends at once.
	eventsMax = 1000
	// pollTime is how long the server waits for an event before it says that there is none.
	pollTime = 200 * time.Millisecond
	// growTime passes between polls while there are events, so that batches grow.
	growTime = time.Millisecond
	// moveTime passes before a position is handed over that moved on without any event. It should
	// stay within the server's history, which holds hours.
	moveTime = 10 * time.Second
	// answerTime is how long an answer of the server may take, before the follower looks for
	// another one. It doubles each time, as a server may have a long way to go from an old place.
	answerTime, answerTimeMax = 5 * time.Second, 10 * time.Minute
	// reopenTime passes before a stream that broke is opened again; longer each time in a row.
	reopenTime, reopenTimeMax = 50 * time.Millisecond, 2 * time.Second
	// switchTime is how long before its place a follower begins in a generation that became live.
	// A view is put there before it is put into the generation that was live: a moment before, and
	// some seconds if the saver dies in between and another one goes on.
	switchTime = 10 * time.Second
	// switchMax is how many views may be told again for that.
	switchMax = 10_000
)

// A Feed tells which live views change, whoever saves them, from a change stream on their
// collection: only what a majority has for good, so that no failover takes it back.
type Feed struct {
	model *Model
	log   *slog.Logger
}

// Feed returns the feed of the views. It turns to another generation when their readers do.
func (v *Views[V]) Feed(log *slog.Logger) *Feed { return &Feed{v.model, log} }

// Follow implements ports.ViewFeed. It outlasts every failure of the database.
func (f *Feed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.ViewBatch) error,
) error {
	r := &follower{Feed: f, handle: handle, at: placeOf(from), wait: answerTime}
	for rest := reopenTime; ; rest = min(2*rest, reopenTimeMax) {
		err := r.run(ctx)
		switch {
		case r.failed != nil:
			return r.failed
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errSwitched):
			continue
		case errors.Is(err, errViewsGone), errors.Is(err, errManyAgain), client.IsLost(err):
			r.at = place{}
		}
		f.log.Warn("The feed of views broke and is opened again", "error", err)
		if r.delivered {
			r.delivered, rest = false, reopenTime
		}
		if err := clock.Sleep(ctx, rest); err != nil {
			return err
		}
	}
}

// A follower is one call of Follow.
type follower struct {
	*Feed
	handle func(context.Context, ports.ViewBatch) error
	failed error               // Of handle.
	at     place               // After what was delivered.
	before primitive.Timestamp // What was shown before Follow was called happened until then.
	wait   time.Duration       // For the server's next answer.

	caughtUp  bool      // All that was shown before Follow was called was delivered.
	delivered bool      // Something since the stream was opened.
	moved     time.Time // When something was delivered last.

	known primitive.Timestamp // What happened until then may have been delivered before,
	again int                 // as so many events.
}

var (
	errSwitched  = errors.New("another generation became the live one")
	errManyAgain = errors.New("the generation that became the live one is too young")
	errViewsGone = errors.New("the collection was dropped or renamed")
)

// run delivers until something breaks, or another generation becomes the live one.
func (r *follower) run(ctx context.Context) error {
	s, err := r.model.current(ctx)
	if err != nil {
		return err
	}
	stream, err := r.open(ctx, s)
	if err != nil {
		return err
	}
	defer client.CloseSoon(ctx, stream)
	if stream.ResumeToken() != nil { // Nothing happened since, for which nobody has to wait.
		err = r.move(ctx, stream, nil)
	}
	for err == nil {
		if err = r.poll(ctx, stream); err != nil {
			break
		}
		now, unknown := r.model.current(ctx)
		if unknown == nil && now.Live.Number != s.Live.Number {
			err = errSwitched
		}
	}
	return err
}

// poll waits a moment for an event, and delivers that and all that came with it.
func (r *follower) poll(ctx context.Context, stream *driver.ChangeStream) error {
	polling, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	some := stream.TryNext(polling)
	err := r.answered(polling, stream.Err())
	if err == nil && !some && stream.ID() == 0 {
		err = errViewsGone
	}
	if err != nil {
		return fmt.Errorf("watch the views: %w", err)
	}
	var changes []ports.ViewChange
	for ; some; some = stream.RemainingBatchLength() > 0 && stream.TryNext(polling) {
		c, at := viewChange(stream.Current)
		if c.ID.Valid() {
			changes = append(changes, c)
		}
		if !at.After(r.known) {
			r.again++
		}
	}
	if r.again > switchMax {
		return errManyAgain
	}
	if err := r.move(ctx, stream, changes); err != nil || len(changes) == 0 {
		return err
	}
	return clock.Sleep(ctx, growTime)
}

// move moves r to the place of the stream, and delivers the changes before that. If there are none
// it says so when it has caught up, and once in a while.
func (r *follower) move(
	ctx context.Context, stream *driver.ChangeStream, changes []ports.ViewChange,
) (err error) {
	if r.at.time, err = tokenTime(stream.ResumeToken()); err != nil {
		return err
	}
	catchesUp := !r.caughtUp && !r.at.time.Before(r.before)
	if len(changes) == 0 && !catchesUp && time.Since(r.moved) < moveTime {
		return nil
	}
	return r.deliver(ctx, ports.ViewBatch{Changes: changes})
}

func (r *follower) deliver(ctx context.Context, b ports.ViewBatch) error {
	r.caughtUp = r.caughtUp || !r.at.time.Before(r.before)
	b.Next, b.CaughtUp = r.at.position(), r.caughtUp
	r.failed = r.handle(ctx, b)
	r.delivered, r.moved = true, time.Now()
	return r.failed
}
