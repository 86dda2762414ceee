package contract

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"orders/ports"
)

var topicReaderLaws = promises[ports.TopicReader]([]law[Topic]{
	{"the end is after all that was published before", endIsAfterAll},
	{"what is published after an offset comes, also what is published later", readsOn},
	{"from the Next of any notices all that follows comes", readsFromAnywhere},
	{"its first call, at once, has no notices and the offset itself", saysThatItReads},
	{"it has reached an end only once all before it has come", reachesTheEnd},
	{"it calls its handler once at a time and ends with the handler's error", readerEnds},
	{"the end of the context ends it with the context's error", readerContextEnds},
	{"without the topic, or with another ID, End and Read return ErrGone", goneForReaders},
	{"a topic that is gone while it is read is ErrGone", goneWhileReading},
	{"an offset that is none of this topic is ErrGone", strangeOffsets},
	{"an offset after which something was dropped is ErrGone, and none else is", dropped},
})

// readTo reads from an offset until it has reached an end.
func readTo(
	ctx context.Context, t Topic, id ports.TopicID, from, end ports.Offset,
) (all []ports.Notice, err error) {
	if t.Reached(from, end) {
		return nil, nil
	}
	err = t.Read(ctx, id, from, func(_ context.Context, n ports.Notices) error {
		all = append(all, n.Of...)
		if t.Reached(n.Next, end) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		return all, fmt.Errorf("read from %q to %q: after %d notices: %w", from, end, len(all), err)
	}
	return all, nil
}

func endIsAfterAll(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	for n, o := range ids(10) {
		err = errors.Join(err, publish(ctx, t, o, 0, 2))
		end, endErr := t.End(ctx, id)
		if err := errors.Join(err, endErr); err != nil {
			return err
		}
		all, err := readTo(ctx, t, id, begin, end)
		if err := errors.Join(err, wantEqual(distinct(all), 2*(n+1))); err != nil {
			return err
		}
	}
	return err
}

func distinct(all []ports.Notice) int {
	seen := map[ports.Notice]bool{}
	for _, n := range all {
		seen[n] = true
	}
	return len(seen)
}

func readsOn(ctx context.Context, t Topic) error {
	const each = 20
	id, begin, err := made(ctx, t)
	if err = errors.Join(err, publish(ctx, t, anOrder, 0, each)); err != nil {
		return err
	}
	later := make(chan error, 1)
	var seen []ports.Notice
	err = t.Read(ctx, id, begin, func(_ context.Context, n ports.Notices) error {
		before := distinct(seen)
		seen = append(seen, n.Of...)
		if now := distinct(seen); before < each && now >= each {
			go func() { later <- publish(ctx, t, anOrder, each, each) }()
		} else if now == 2*each {
			return errEnough
		}
		return nil
	})
	if err = wantError(err, errEnough); err != nil {
		return fmt.Errorf("after %d notices: %w", distinct(seen), err)
	}
	return <-later
}

func readsFromAnywhere(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	var ends []ports.Offset
	for n, o := range ids(6) {
		err = errors.Join(err, publish(ctx, t, o, 0, n%2+1))
		end, endErr := t.End(ctx, id)
		ends, err = append(ends, end), errors.Join(err, endErr)
	}
	if err != nil {
		return err
	}
	for i, from := range append(nexts(ctx, t, id, begin, ends[len(ends)-1]), ends...) {
		before, err := readTo(ctx, t, id, begin, from)
		if err != nil {
			return fmt.Errorf("offset %d: %w", i, err)
		}
		after, err := readTo(ctx, t, id, from, ends[len(ends)-1])
		if err := errors.Join(err, wantEqual(distinct(append(before, after...)), 9)); err != nil {
			return fmt.Errorf("read to offset %d, %q, and on from there: %w", i, from, err)
		}
	}
	return nil
}

// nexts returns the Next of each of the notices until an end.
func nexts(
	ctx context.Context, t Topic, id ports.TopicID, from, end ports.Offset,
) (all []ports.Offset) {
	_ = t.Read(ctx, id, from, func(_ context.Context, n ports.Notices) error {
		if all = append(all, n.Next); t.Reached(n.Next, end) {
			return errEnough
		}
		return nil
	})
	return all
}

func saysThatItReads(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	err = errors.Join(err, publish(ctx, t, anOrder, 0, 3))
	end, endErr := t.End(ctx, id)
	if err := errors.Join(err, endErr); err != nil {
		return err
	}
	for _, from := range []ports.Offset{begin, end} { // After the end nothing comes.
		var first *ports.Notices
		err := t.Read(ctx, id, from, func(_ context.Context, n ports.Notices) error {
			first = &n
			return errEnough
		})
		if !errors.Is(err, errEnough) || len(first.Of) > 0 || first.Next != from {
			return fmt.Errorf("from %q: the first call has %+v, %w", from, first, err)
		}
	}
	return nil
}

func reachesTheEnd(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	at := begin
	for n, o := range ids(8) {
		err = errors.Join(err, publish(ctx, t, o, 0, 1+n%2))
		end, endErr := t.End(ctx, id)
		switch err := errors.Join(err, endErr); {
		case err != nil:
			return err
		case !t.Reached(end, at) || !t.Reached(end, end) || !t.Reached(at, at):
			return fmt.Errorf("%q has not reached %q and itself", end, at)
		case t.Reached(at, end) || t.Reached(begin, end):
			return fmt.Errorf("%q or %q has reached %q, which is later", at, begin, end)
		}
		at = end
	}
	return nil
}

func readerEnds(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	for _, o := range ids(20) {
		err = errors.Join(err, publish(ctx, t, o, 0, 1))
	}
	if err != nil {
		return err
	}
	var now atomic.Int32
	calls := 0
	err = t.Read(ctx, id, begin, func(_ context.Context, n ports.Notices) error {
		if now.Add(1) > 1 {
			return errors.New("called twice at a time")
		}
		defer now.Add(-1)
		if calls++; len(n.Of) > 0 {
			return errEnough
		}
		return nil
	})
	before := calls
	return errors.Join(wantError(err, errEnough), wantEqual(calls, before))
}

func readerContextEnds(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	if err = errors.Join(err, publish(ctx, t, anOrder, 0, 1)); err != nil {
		return err
	}
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	err = t.Read(reading, id, begin, func(_ context.Context, n ports.Notices) error {
		if len(n.Of) > 0 {
			cancel()
		}
		return nil
	})
	_, endErr := t.End(reading, id)
	return errors.Join(wantError(err, context.Canceled), wantError(endErr, context.Canceled))
}
