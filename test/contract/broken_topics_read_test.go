package contract

import (
	"context"
	"errors"
	"strings"
	"testing"

	"orders/ports"
)

func TestTopicReaderLawsCatch(t *testing.T) {
	catches(t, topicReaderLaws, map[string]func() Topic{
		"the end is after all that was published before": withTopic(endsEarly),
		"what is published after an offset comes, also what is published later": withTopic(
			endsAtTheEnd),
		"from the Next of any notices all that follows comes": withTopic(
			leavesOut),
		"its first call, at once, has no notices and the offset itself": withTopic(
			saysNothing),
		"it has reached an end only once all before it has come": withTopic(
			func(b *brokenTopic) {
				b.reached = func(at, end ports.Offset) bool { return at >= end || at != "0" }
			}),
		"it calls its handler once at a time and ends with the handler's error": withTopic(
			ignoresTheHandler),
		"the end of the context ends it with the context's error": withTopic(
			func(b *brokenTopic) {
				b.end = func(ctx context.Context, id ports.TopicID) (ports.Offset, error) {
					return b.good.End(context.WithoutCancel(ctx), id)
				}
			}),
		"without the topic, or with another ID, End and Read return ErrGone": withTopic(anyID),
		"a topic that is gone while it is read is ErrGone":                   withTopic(hopes),
		"an offset that is none of this topic is ErrGone": withTopic(func(b *brokenTopic) {
			b.read = func(ctx context.Context, id ports.TopicID, o ports.Offset, h handler) error {
				return b.good.Read(ctx, id, ports.Offset(strings.Trim(string(o), "x")), h)
			}
		}),
		"an offset after which something was dropped is ErrGone, and none else is": withTopic(
			goesOnLater),
	})
}

// endsEarly says the end as it was when it was last asked.
func endsEarly(b *brokenTopic) {
	var before ports.Offset
	b.end = func(ctx context.Context, id ports.TopicID) (ports.Offset, error) {
		was := before
		end, err := b.good.End(ctx, id)
		if before = end; was == "" {
			was = end
		}
		return was, err
	}
}

// saysNothing keeps what has no notices to itself.
func saysNothing(b *brokenTopic) {
	b.read = func(ctx context.Context, id ports.TopicID, from ports.Offset, h handler) error {
		return b.good.Read(ctx, id, from, func(ctx context.Context, n ports.Notices) error {
			if len(n.Of) == 0 {
				return nil
			}
			return h(ctx, n)
		})
	}
}

// leavesOut leaves out the first of any notices.
func leavesOut(b *brokenTopic) {
	b.read = func(ctx context.Context, id ports.TopicID, from ports.Offset, h handler) error {
		return b.good.Read(ctx, id, from, func(ctx context.Context, n ports.Notices) error {
			n.Of = n.Of[min(1, len(n.Of)):]
			return h(ctx, n)
		})
	}
}

// hopes waits for a topic that is gone to come back.
func hopes(b *brokenTopic) {
	b.read = func(ctx context.Context, id ports.TopicID, from ports.Offset, h handler) error {
		err := b.good.Read(ctx, id, from, h)
		if errors.Is(err, ports.ErrGone) {
			<-ctx.Done()
			err = ctx.Err()
		}
		return err
	}
}

// endsAtTheEnd ends when all that there is has come.
func endsAtTheEnd(b *brokenTopic) {
	b.read = func(ctx context.Context, id ports.TopicID, from ports.Offset, h handler) error {
		end, err := b.good.End(ctx, id)
		if err != nil {
			return err
		}
		return b.good.Read(ctx, id, from, func(ctx context.Context, n ports.Notices) error {
			if err := h(ctx, n); err != nil || !b.Reached(n.Next, end) {
				return err
			}
			return errors.New("there is no more")
		})
	}
}

// ignoresTheHandler goes on after an error of the handler.
func ignoresTheHandler(b *brokenTopic) {
	b.read = func(ctx context.Context, id ports.TopicID, from ports.Offset, h handler) error {
		return b.good.Read(ctx, id, from, func(ctx context.Context, n ports.Notices) error {
			_ = h(ctx, n)
			return nil
		})
	}
}

// anyID reads whatever topic there is.
func anyID(b *brokenTopic) {
	b.end = func(ctx context.Context, _ ports.TopicID) (ports.Offset, error) {
		id, err := b.good.Topic(ctx, "")
		if err != nil {
			return "", err
		}
		return b.good.End(ctx, id)
	}
}

// goesOnLater goes on with what is left after what was dropped.
func goesOnLater(b *brokenTopic) {
	b.read = func(ctx context.Context, id ports.TopicID, from ports.Offset, h handler) error {
		err := b.good.Read(ctx, id, from, h)
		if !errors.Is(err, ports.ErrGone) {
			return err
		}
		end, err := b.good.End(ctx, id)
		if err != nil {
			return err
		}
		return b.good.Read(ctx, id, end, h)
	}
}
