package contract

import (
	"context"
	"errors"
	"sync"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// aTopic is a good one in memory, which refuses the commits of one order.
func aTopic() (Topic, *memory.Topic) {
	good := &memory.Topic{Refuse: func(c ports.Commit) error {
		if c.OrderID == "refused" {
			return ports.ErrRefused
		}
		return nil
	}}
	return Topic{
		Publisher: good, TopicReader: good,
		Delete:  func(context.Context) error { good.Delete(); return nil },
		Drop:    func(context.Context) error { good.Drop(len(good.Told())); return nil },
		Refused: commitOf("refused", 1),
	}, good
}

// A brokenTopic is a good one except for the functions that are set.
type brokenTopic struct {
	good    *memory.Topic
	topic   func(context.Context, ports.TopicID) (ports.TopicID, error)
	publish func(context.Context, ports.Commit) error
	end     func(context.Context, ports.TopicID) (ports.Offset, error)
	read    func(context.Context, ports.TopicID, ports.Offset, handler) error
	reached func(at, end ports.Offset) bool
}

type handler = func(context.Context, ports.Notices) error

func (b brokenTopic) Topic(ctx context.Context, id ports.TopicID) (ports.TopicID, error) {
	return b.topic(ctx, id)
}
func (b brokenTopic) Publish(ctx context.Context, c ports.Commit) error { return b.publish(ctx, c) }
func (b brokenTopic) End(ctx context.Context, id ports.TopicID) (ports.Offset, error) {
	return b.end(ctx, id)
}
func (b brokenTopic) Read(
	ctx context.Context, id ports.TopicID, from ports.Offset,
	handle func(context.Context, ports.Notices) error,
) error {
	return b.read(ctx, id, from, handle)
}
func (b brokenTopic) Reached(at, end ports.Offset) bool { return b.reached(at, end) }

// withTopic breaks a good topic.
func withTopic(breakIt func(b *brokenTopic)) func() Topic {
	return func() Topic {
		t, good := aTopic()
		b := brokenTopic{
			good, good.Topic, good.Publish, good.End,
			func(c context.Context, id ports.TopicID, from ports.Offset, h handler) error {
				return good.Read(c, id, from, h)
			}, good.Reached,
		}
		breakIt(&b)
		t.Publisher, t.TopicReader = b, b
		return t
	}
}

func TestPublisherLawsCatch(t *testing.T) {
	catches(t, publisherLaws, map[string]func() Topic{
		"it makes the topic if there is none, and its ID stays": withTopic(func(b *brokenTopic) {
			b.topic = func(ctx context.Context, known ports.TopicID) (ports.TopicID, error) {
				if known != "" {
					b.good.Delete()
				}
				return b.good.Topic(ctx, known)
			}
		}),
		"a topic that was made anew has another ID":                   withTopic(constantID),
		"what it published while the ID was the same is in the topic": withTopic(losesOne),
		"commits of different orders may be published at once, each order's in order": withTopic(
			turnsAround),
		"a commit may be published again, also if its publishing was broken off": withTopic(
			comesLate),
		"after ErrRefused it refuses the commit again, and takes others": withTopic(
			func(b *brokenTopic) {
				b.publish = func(ctx context.Context, c ports.Commit) error {
					if err := b.good.Publish(ctx, c); errors.Is(err, ports.ErrRefused) {
						return errors.New("try again")
					}
					return nil
				}
			}),
		"publishing to a topic that is gone is ErrGone, until Topic made it anew": withTopic(
			func(b *brokenTopic) {
				b.publish = func(ctx context.Context, c ports.Commit) error {
					_, err := b.good.Topic(ctx, "") // It makes the topic by itself.
					return errors.Join(err, b.good.Publish(ctx, c))
				}
			}),
		"a publisher whose context has ended returns its error": withTopic(func(b *brokenTopic) {
			b.publish = func(ctx context.Context, c ports.Commit) error {
				return b.good.Publish(context.WithoutCancel(ctx), c)
			}
		}),
	})
}

// constantID names the topic after its place, not itself.
func constantID(b *brokenTopic) {
	b.topic = func(ctx context.Context, known ports.TopicID) (ports.TopicID, error) {
		_, err := b.good.Topic(ctx, known)
		return "orders", err
	}
	b.end = func(ctx context.Context, _ ports.TopicID) (ports.Offset, error) {
		id, _ := b.good.Topic(ctx, "")
		return b.good.End(ctx, id)
	}
}

// losesOne loses the second commit that it is given.
func losesOne(b *brokenTopic) {
	n := 0
	b.publish = func(ctx context.Context, c ports.Commit) error {
		if n++; n == 2 {
			return nil
		}
		return b.good.Publish(ctx, c)
	}
}

// turnsAround publishes the second commit of an order before its first one.
func turnsAround(b *brokenTopic) {
	var mu sync.Mutex
	first := map[string]ports.Commit{}
	b.publish = func(ctx context.Context, c ports.Commit) error {
		mu.Lock()
		defer mu.Unlock()
		id := string(c.OrderID)
		if c.Version == 1 {
			first[id] = c
			return nil
		}
		err := b.good.Publish(ctx, c)
		if c.Version == 2 {
			err = errors.Join(err, b.good.Publish(ctx, first[id]))
		}
		return err
	}
}

// comesLate breaks off the first publishing of each commit, which comes after the next one.
func comesLate(b *brokenTopic) {
	var brokenOff, late *ports.Commit
	calls := 0
	b.publish = func(ctx context.Context, c ports.Commit) error {
		if calls++; calls < 10 && brokenOff == nil {
			brokenOff = &c
			return context.Canceled
		}
		err := b.good.Publish(ctx, c)
		if late != nil {
			err = errors.Join(err, b.good.Publish(ctx, *late))
		}
		late, brokenOff = brokenOff, nil
		return err
	}
}
