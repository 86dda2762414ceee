package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/changestream"
	"orders/adapters/mongo/client"
	"orders/ports"
	"orders/ports/clock"
)

var _ ports.ViewFeed = (*Feed)(nil)

const (
	// eventsMax is how many events the server sends at once.
	eventsMax = 1000
	// switchTime is how long before its place a follower begins in a generation that became live,
	// at least. A view is put there before it is put into the generation that was live: a moment
	// before, and some seconds if the saver dies in between and another one goes on.
	switchTime = 10 * time.Second
	// switchMax is how many views may be told again for that.
	switchMax = 10_000
)

// A Feed tells which live views change, whoever saves them, from a change stream on their
// collection: only what is durable, so that no failover takes it back.
type Feed struct {
	model *Model
	log   *slog.Logger

	mu   sync.Mutex
	told primitive.Timestamp // When the latest event happened that any follower was told.
}

// Feed returns the feed of the views. It turns to another generation when their readers do.
func (v *Views[V]) Feed(log *slog.Logger) *Feed { return &Feed{model: v.model, log: log} }

// Follow implements ports.ViewFeed. It outlasts every failure of the database.
func (f *Feed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.ViewBatch) error,
) error {
	r := &follower{
		stream: changestream.NewFollower("The feed of views", f.log),
		feed:   f, model: f.model, handle: handle, at: placeOf(from),
	}
	return r.stream.Follow(ctx, r.run, func() { r.at = place{} })
}

// noteTold notes when an event happened that a follower is about to be told.
func (f *Feed) noteTold(at primitive.Timestamp) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at.After(f.told) {
		f.told = at
	}
}

// SeeingAllTold returns a context whose reads see all that any follower was told, whichever member
// is the primary by then. end is to be called after them.
func (f *Feed) SeeingAllTold(
	ctx context.Context,
) (reading context.Context, end func(), err error) {
	if _, err := f.model.db.AwaitMajority(ctx); err != nil { // Others may have told more.
		return nil, nil, err
	}
	f.mu.Lock()
	told := f.told
	f.mu.Unlock()
	return f.model.db.ReadingSince(ctx, told)
}

// A follower is one call of Follow.
type follower struct {
	stream *changestream.Follower
	feed   *Feed
	model  *Model
	handle func(context.Context, ports.ViewBatch) error
	at     place               // After what was delivered.
	before primitive.Timestamp // What was shown before Follow was called happened until then.

	caughtUp bool      // All that was shown before Follow was called was delivered.
	moved    time.Time // When something was delivered last.

	known primitive.Timestamp // What happened until then may have been delivered before,
	again int                 // as so many events.
}

var errSwitched = errors.New("another generation became the live one")

const (
	errManyAgain changestream.LostError = "the generation that became the live one is too young"
	errViewsGone changestream.LostError = "the collection of the views was dropped or renamed"
)

// run delivers until something breaks.
func (r *follower) run(ctx context.Context) error {
	err := errSwitched
	for errors.Is(err, errSwitched) {
		err = r.runLive(ctx)
	}
	return err
}

// runLive delivers until another generation becomes the live one, or something breaks.
func (r *follower) runLive(ctx context.Context) error {
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
		var now state
		if now, err = r.model.current(ctx); err == nil && now.Live.Number != s.Live.Number {
			err = errSwitched
		}
	}
	return err
}

// poll waits a moment for an event, and delivers that and all that came with it.
func (r *follower) poll(ctx context.Context, stream *driver.ChangeStream) error {
	some, err := r.stream.Poll(ctx, stream)
	if err != nil {
		return fmt.Errorf("watch the views: %w", err)
	}
	var changes []ports.ViewChange
	var at primitive.Timestamp
	for ; some; some = stream.RemainingBatchLength() > 0 && stream.TryNext(ctx) {
		var c ports.ViewChange
		c, at = viewChange(stream.Current)
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
	r.feed.noteTold(at)
	if err := r.move(ctx, stream, changes); err != nil || len(changes) == 0 {
		return err
	}
	return clock.Sleep(ctx, changestream.GatherTime)
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
	if len(changes) == 0 && !catchesUp && time.Since(r.moved) < changestream.IdleTime {
		return nil
	}
	return r.deliver(ctx, ports.ViewBatch{Changes: changes})
}

func (r *follower) deliver(ctx context.Context, b ports.ViewBatch) error {
	r.caughtUp = r.caughtUp || !r.at.time.Before(r.before)
	b.Next, b.CaughtUp = r.at.position(), r.caughtUp
	err := r.stream.Handed(r.handle(ctx, b))
	r.moved = time.Now()
	return err
}
