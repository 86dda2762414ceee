package ports

import (
	"context"

	"orders/domain/order"
)

// A Publisher tells a topic of a broker what happened to orders.
type Publisher interface {
	// Topic returns the ID of the topic that Publish tells from now on: known, if that topic is
	// still there, else that of a topic that it makes. As long as the ID stays the same, the topic
	// has all that was published since the call that made it, but for what its retention drops.
	// A topic that was made anew has another ID, and so has one in which an order's later commits
	// might come before its earlier ones.
	Topic(ctx context.Context, known TopicID) (TopicID, error)
	// Publish returns nil once the broker has all events of the commit durably, one right after
	// the other. Commits of different orders may be published at once; those of one order come in
	// order if each is published after Publish has returned nil for the one before it.
	//
	// After ErrRefused the broker will never take the commit. After ErrGone the topic that Topic
	// returned last is no longer there. After any other error the broker may have the commit, or
	// some of its events, and the caller publishes it again.
	Publish(ctx context.Context, c Commit) error
}

// A TopicID identifies a topic among all that there ever were. It has no space; the empty one is
// that of no topic.
type TopicID string

// A TopicReader reads what a Publisher has told a topic.
type TopicReader interface {
	// End returns an offset in the topic after all that was published before the call. It returns
	// ErrGone if there is no topic with this ID any more.
	End(ctx context.Context, id TopicID) (Offset, error)
	// Read calls handle with what was published after an offset, one call at a time, until ctx ends
	// or handle returns an error, and returns that error. The first call, with no notices and the
	// offset itself, says that the broker has all that follows. The commits of an order come in the
	// order in which they were published. Some may come again.
	//
	// It returns ErrGone if the broker no longer has what follows the offset, if the offset is none
	// of this topic, or if there is no topic with this ID any more. It outlasts every failure of
	// the broker.
	Read(
		ctx context.Context, id TopicID, from Offset,
		handle func(context.Context, Notices) error,
	) error
	// Reached reports whether all before the offset end comes before the offset at. What is no
	// offset reaches nothing, not even itself.
	Reached(at, end Offset) bool
}

// An Offset is a place in a topic. Only the reader that made it can read it; it has no space.
type Offset string

// Notices are some of what was published.
type Notices struct {
	Of   []Notice // Empty if the notices only bring a new Next.
	Next Offset   // Where to go on after them.
}

// A Notice is that of a commit. What else the topic tells of it is for others: whoever needs the
// commit reads it from the event store.
type Notice struct {
	OrderID order.ID
	Version int
}
