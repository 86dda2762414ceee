// Package brokerfeed makes the feed of an event store out of the topic that a relay tells.
//
//	        from the empty position                                 after each notice
//	archive ───────────────────────┐             topic ──────────> read the order's commits ──┐
//	                               v                                                          v
//	                            handler <─────────────────────────────────────────────── handler
//	                               ^
//	parked orders of the relay ────┘ now and then
//
// A message says only that an order has come to a version. What the feed hands over are the commits
// as the event store has them, from the version on that it handed over last. So nothing private
// need be in a message, a message that comes again does no harm, and one that says something wrong
// does none either.
//
// Who follows from the empty position first gets all that the archive has. The offset to go on from
// was taken before, so whatever is committed later is told after it: the topic need not keep more
// than what comes in while the archive is read, or while nobody follows.
//
// The feed is caught up when the relay has told everything that was committed before the call, and
// when all of that has been read. The relay keeps until when it has told everything in its
// position. Without a relay nobody is ever caught up.
package brokerfeed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"orders/app/relay"
	"orders/ports"
	"orders/ports/clock"
)

var _ ports.EventFeed = (*Feed)(nil)

const (
	// pollTime passes between looks at how far the relay is, while somebody waits for that.
	pollTime = 50 * time.Millisecond
	// restTime passes before what failed is tried again.
	restTime = 500 * time.Millisecond
)

// A Source is what the feed reads.
type Source struct {
	Broker   string // Names the broker in positions; without a space.
	Topic    ports.TopicReader
	Relay    ports.Subscription // Of the relay that tells the topic.
	Timeline ports.Timeline     // Of the feed that the relay follows.
	History  ports.History
	Archive  ports.Archive
}

// Feed is an EventFeed that follows a topic.
type Feed struct {
	Source
	log *slog.Logger
}

// New returns the feed of the commits in s.
func New(s Source, log *slog.Logger) *Feed { return &Feed{s, log} }

// Follow implements ports.EventFeed.
func (f *Feed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	at := f.placeOf(from)
	asked, err := f.present(ctx)
	if err != nil {
		return err
	}
	for {
		r := &follower{
			Feed: f, caller: ctx, handle: handle, asked: asked, at: at, known: newKnown(),
		}
		err := r.follow(ctx)
		switch {
		case r.failed != nil:
			return r.failed
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ports.ErrGone):
			f.log.Warn("The feed begins anew: its place is lost", "error", err)
			at = place{}
		default:
			f.log.Warn("The feed broke and is followed again", "error", err)
			at = r.at
			_ = clock.Sleep(ctx, restTime)
		}
	}
}

// Now implements ports.EventFeed. It waits for the relay.
func (f *Feed) Now(ctx context.Context) (ports.Position, error) {
	asked, err := f.present(ctx)
	if err != nil {
		return "", err
	}
	topic, err := f.awaitRelay(ctx, asked)
	if err != nil {
		return "", err
	}
	end, err := f.Topic.End(ctx, topic)
	if err != nil {
		return "", fmt.Errorf("look for the end of the topic: %w", err)
	}
	return f.position(place{topic, end}), nil
}

// present asks for the present until there is an answer.
func (f *Feed) present(ctx context.Context) (ports.Moment, error) {
	for {
		now, err := f.Timeline.Present(ctx)
		if err == nil || ctx.Err() != nil {
			return now, ctx.Err()
		}
		_ = clock.Sleep(ctx, restTime)
	}
}

// awaitRelay returns once the relay has told everything that had happened by a moment, and which
// topic it told.
func (f *Feed) awaitRelay(ctx context.Context, until ports.Moment) (ports.TopicID, error) {
	for ; ; _ = clock.Sleep(ctx, pollTime) {
		told, err := f.Relay.Checkpoint.Load(ctx)
		topic, at := relay.SplitPosition(told)
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err == nil && topic != "" && f.Timeline.Reached(at) >= until:
			return topic, nil
		}
	}
}

// A place is one in a topic; the zero place is before everything.
type place struct {
	topic  ports.TopicID
	offset ports.Offset
}

// position spells p as "<broker> <topic's ID> <offset>".
func (f *Feed) position(p place) ports.Position {
	if p == (place{}) {
		return ""
	}
	return ports.Position(f.Broker + " " + string(p.topic) + " " + string(p.offset))
}

// placeOf reads a position. One that this feed cannot have made counts as the empty one.
func (f *Feed) placeOf(p ports.Position) place {
	parts := strings.Split(string(p), " ")
	if len(parts) != 3 || parts[0] != f.Broker || parts[1] == "" {
		return place{}
	}
	at := place{ports.TopicID(parts[1]), ports.Offset(parts[2])}
	if !f.Topic.Reached(at.offset, at.offset) {
		return place{}
	}
	return at
}
