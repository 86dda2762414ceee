// Package relay tells the topic of a broker what was committed: every commit at least once, and the
// commits of each order in order.
//
//	           Handle                        Publish                 confirmed
//	commit ─────────────> waiting for its ───────────> under way ─────────────> told
//	         │            predecessor                      │
//	         │ the order is parked                         │ the broker refuses it for good
//	         v                                             v
//	      parked <─────────────────────────────────────────┘
//
// At most one commit of an order is under way, so none is told before the one before it; those of
// many orders are. The position moves on only when all before it is told or parked: after a crash,
// a failure or a change of the leader, what came after the position is told again. A parked order
// delays no other one. Its later commits are parked, too, and a retry tells it from its first one.
package relay

import (
	"context"
	"log/slog"
	"strings"

	"orders/app/subscribe"
	"orders/ports"
)

// A Source is what was committed.
type Source struct {
	Feed    ports.EventFeed // Of the event store.
	History ports.History

	Observer subscribe.Observer // Nil for none.
}

// A Relay tells one topic what was committed. Any number of processes may run the same one.
type Relay struct {
	name      ports.SubscriptionName
	source    Source
	shared    ports.Subscription
	publisher ports.Publisher
	base      *slog.Logger
	log       *slog.Logger // With the name.
}

// New returns a Relay that has yet to Run. The name is that of the subscription that all processes
// share.
func New(
	name ports.SubscriptionName, s Source, shared ports.Subscription, p ports.Publisher,
	log *slog.Logger,
) *Relay {
	return &Relay{name, s, shared, p, log, log.With("subscription", string(name))}
}

// Name is that of the relay's subscription.
func (r *Relay) Name() ports.SubscriptionName { return r.name }

// Run tells the topic what was committed, whenever this process leads, until ctx ends.
func (r *Relay) Run(ctx context.Context) {
	h := &handler{Relay: r}
	s := subscribe.New(string(r.name), &topicFeed{r.source.Feed, h.topicID}, r.shared, h, r.base)
	s.ObservedBy(r.source.Observer)
	h.recordFailure = s.Failed
	s.SaveIdle() // A feed of the broker is caught up once the position has passed the present.
	s.Run(ctx)
	h.abandon()
}

// A relay's position is "<topic's ID> <position of the feed>": everything before that is told to
// that topic.

// SplitPosition reads a relay's position: which topic has been told everything until which position
// of the event store's feed.
func SplitPosition(p ports.Position) (ports.TopicID, ports.Position) {
	topic, at, _ := strings.Cut(string(p), " ")
	return ports.TopicID(topic), ports.Position(at)
}

func joinPosition(topic ports.TopicID, at ports.Position) ports.Position {
	if topic == "" {
		return ""
	}
	return ports.Position(string(topic) + " " + string(at))
}

// A topicFeed is a feed whose positions are of one topic. Those of another one count as the empty
// position.
type topicFeed struct {
	ports.EventFeed
	topic func() ports.TopicID
}

// Follow implements ports.EventFeed.
func (f *topicFeed) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	topic, at := SplitPosition(from)
	if current := f.topic(); topic != current {
		topic, at = current, ""
	}
	return f.EventFeed.Follow(ctx, at, func(ctx context.Context, b ports.Batch) error {
		b.Next = joinPosition(topic, b.Next)
		return handle(ctx, b)
	})
}
