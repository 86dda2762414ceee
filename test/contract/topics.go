package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// A Topic is a topic of a broker, which there need not be yet, with what publishes and reads it.
type Topic struct {
	ports.Publisher
	ports.TopicReader
	// Delete deletes the topic and all that it has, as an operator of the broker does.
	Delete func(context.Context) error
	// Drop drops all that was published so far, as retention does; nil if none can make it do so.
	Drop func(context.Context) error
	// Refused is a commit that the broker refuses; without an order, there is none.
	Refused ports.Commit
}

// Topics checks the publishers and readers of the topics that open returns, fresh for each law.
func Topics(t *testing.T, open func(*testing.T) Topic, in ...In) {
	check(t, publisherLaws, open, in...)
	check(t, topicReaderLaws, open, in...)
}

var publisherLaws = promises[ports.Publisher]([]law[Topic]{
	{"it makes the topic if there is none, and its ID stays", topicStays},
	{"a topic that was made anew has another ID", madeAnew},
	{"what it published while the ID was the same is in the topic", publishedIsThere},
	{"commits of different orders may be published at once, each order's in order", manyAtOnce},
	{"a commit may be published again, also if its publishing was broken off", againInOrder},
	{"after ErrRefused it refuses the commit again, and takes others", refusesForGood},
	{"publishing to a topic that is gone is ErrGone, until Topic made it anew", goneIsNoticed},
	{"a publisher whose context has ended returns its error", publisherEnds},
})

var anOrder, otherOrder = id(100), id(101)

// made makes the topic and returns its ID and where it begins.
func made(ctx context.Context, t Topic) (ports.TopicID, ports.Offset, error) {
	id, err := t.Topic(ctx, "")
	if err != nil {
		return "", "", fmt.Errorf("make the topic: %w", err)
	}
	begin, err := t.End(ctx, id)
	return id, begin, err
}

// publish publishes commits of an order, which has so many already.
func publish(ctx context.Context, t Topic, id order.ID, has, n int) error {
	for version := has + 1; version <= has+n; version++ {
		if err := t.Publish(ctx, commitOf(id, version)); err != nil {
			return fmt.Errorf("publish %s/%d: %w", id, version, err)
		}
	}
	return nil
}

func commitOf(id order.ID, version int) ports.Commit {
	past := ports.Stream{ID: id, Commits: make([]ports.Commit, version-1)}
	if version == 1 {
		return follow(past, created("ann"))
	}
	return follow(past, changed(version), order.Confirmed{})
}

func topicStays(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	if err != nil {
		return err
	}
	if id == "" || strings.Contains(string(id), " ") || strings.Contains(string(begin), " ") {
		return fmt.Errorf("the ID is %q, the offset %q", id, begin)
	}
	for n := range 3 {
		if err := publish(ctx, t, anOrder, n, 1); err != nil {
			return err
		}
		again, err := t.Topic(ctx, id)
		if err := errors.Join(err, wantEqual(again, id)); err != nil {
			return err
		}
	}
	return wantNotices(ctx, t, id, begin, map[order.ID]int{anOrder: 3})
}

func madeAnew(ctx context.Context, t Topic) error {
	id, _, err := made(ctx, t)
	if err := errors.Join(err, t.Delete(ctx)); err != nil {
		return err
	}
	anew, err := t.Topic(ctx, id)
	if err == nil && (anew == id || anew == "") {
		err = fmt.Errorf("the ID is still %q", anew)
	}
	if err != nil {
		return err
	}
	begin, err := t.End(ctx, anew)
	return errors.Join(err, publish(ctx, t, anOrder, 0, 2),
		wantNotices(ctx, t, anew, begin, map[order.ID]int{anOrder: 2}))
}

func publishedIsThere(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	want := map[order.ID]int{}
	for n, o := range ids(7) {
		want[o] = n + 1
		err = errors.Join(err, publish(ctx, t, o, 0, n+1))
	}
	return errors.Join(err, wantNotices(ctx, t, id, begin, want))
}

func manyAtOnce(ctx context.Context, t Topic) error {
	const orders, each = 24, 8
	id, begin, err := made(ctx, t)
	errs, want := make([]error, orders), map[order.ID]int{}
	var publishing sync.WaitGroup
	for i, o := range ids(orders) {
		want[o] = each
		publishing.Go(func() { errs[i] = publish(ctx, t, o, 0, each) })
	}
	publishing.Wait()
	return errors.Join(append(errs, err, wantNotices(ctx, t, id, begin, want))...)
}

func againInOrder(ctx context.Context, t Topic) error {
	const each = 5
	id, begin, err := made(ctx, t)
	want := map[order.ID]int{}
	for _, o := range ids(4) {
		want[o] = each
		for version := 1; version <= each; version++ {
			ended, cancel := context.WithCancel(ctx)
			go cancel()
			_ = t.Publish(ended, commitOf(o, version)) // It may be there, or may not.
			err = errors.Join(err, publish(ctx, t, o, version-1, 1))
			cancel()
		}
		err = errors.Join(err, publish(ctx, t, o, 0, each)) // From the first one on.
	}
	return errors.Join(err, wantNotices(ctx, t, id, begin, want))
}

func refusesForGood(ctx context.Context, t Topic) error {
	if t.Refused.OrderID == "" {
		return nil
	}
	id, begin, err := made(ctx, t)
	return errors.Join(err,
		wantError(t.Publish(ctx, t.Refused), ports.ErrRefused),
		publish(ctx, t, otherOrder, 0, 2),
		wantError(t.Publish(ctx, t.Refused), ports.ErrRefused),
		wantNotices(ctx, t, id, begin, map[order.ID]int{otherOrder: 2}),
	)
}

func goneIsNoticed(ctx context.Context, t Topic) error {
	id, _, err := made(ctx, t)
	if err := errors.Join(err, publish(ctx, t, anOrder, 0, 1), t.Delete(ctx)); err != nil {
		return err
	}
	for range 2 {
		err := t.Publish(ctx, commitOf(anOrder, 2))
		if err := wantError(err, ports.ErrGone); err != nil {
			return err
		}
	}
	anew, err := t.Topic(ctx, id)
	if err != nil {
		return err
	}
	begin, err := t.End(ctx, anew)
	return errors.Join(err, publish(ctx, t, anOrder, 0, 2),
		wantNotices(ctx, t, anew, begin, map[order.ID]int{anOrder: 2}))
}

func publisherEnds(ctx context.Context, t Topic) error {
	_, _, err := made(ctx, t)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, topicErr := t.Topic(ended, "")
	return errors.Join(err, wantError(topicErr, context.Canceled),
		wantError(t.Publish(ended, commitOf(anOrder, 1)), context.Canceled))
}

// wantNotices wants the topic to have so many commits of each order after an offset, and no others,
// in each order's order. Some may come again, but then all that follow them come again, too.
func wantNotices(
	ctx context.Context, t Topic, id ports.TopicID, from ports.Offset, want map[order.ID]int,
) error {
	end, err := t.End(ctx, id)
	if err != nil {
		return err
	}
	got := map[order.ID][]int{}
	all, err := readTo(ctx, t, id, from, end)
	for _, n := range all {
		got[n.OrderID] = append(got[n.OrderID], n.Version)
	}
	for o, versions := range got {
		last := 0
		for _, version := range versions {
			if version > last+1 {
				return fmt.Errorf("order %s: %d came after %d: %v", o, version, last, versions)
			}
			last = version
		}
		err = errors.Join(err, wantEqual(last, want[o]))
	}
	for o, n := range want {
		if n > 0 && !slices.Contains(got[o], n) {
			err = errors.Join(err, fmt.Errorf("order %s: %v, not up to %d", o, got[o], n))
		}
	}
	return err
}
