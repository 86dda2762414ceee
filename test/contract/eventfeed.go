package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A Log is an event store together with the feed of what it records.
type Log interface {
	ports.EventStore
	ports.EventFeed
}

// EventFeed checks the feeds that open returns, each of a fresh and empty store.
func EventFeed(t *testing.T, open func(*testing.T) Log) {
	check(t, eventFeedLaws, open)
	check(t, twoLogsLaws, func(t *testing.T) twoLogs { return twoLogs{open(t), open(t)} })
}

var eventFeedLaws = promises[ports.EventFeed]([]law[Log]{
	{"an empty store is caught up", emptyIsCaughtUp},
	{"from the empty position everything is delivered as it was committed", deliversAll},
	{"from the empty position nothing is left out while more is committed", deliversWhileWriting},
	{"what is committed after catching up is delivered, in each order's order", deliversLive},
	{"caught up means that all before has been delivered", caughtUpIsTrue},
	{"it catches up in constant traffic", caughtUpInTraffic},
	{"after the last commit comes a batch without any", endsInSilence},
	{"from any position everything after it is delivered", resumesAnywhere},
	{"the position of a stranger counts as the empty one", strangersStartAnew},
	{"from the beginning the first batch has no Next, and only from there", beginningIsTold},
	{"a failing handler ends it with its error", handlerFails},
	{"the end of the context ends it with the context's error", contextEnds},
	{"who receives commits cannot change the past", feedIsSafe},
	{"from now everything is delivered that is committed after the call", deliversFromNow},
})

func emptyIsCaughtUp(ctx context.Context, l Log) error {
	_, err := read(ctx, l, "", caughtUp)
	return err
}

func deliversAll(ctx context.Context, l Log) error {
	commits, err := fill(ctx, l, 0, 20)
	if err != nil {
		return err
	}
	r, err := read(ctx, l, "", seen(len(commits)))
	return errors.Join(err, r.wantAll(commits))
}

func deliversWhileWriting(ctx context.Context, l Log) error {
	const before, writers, each = 50, 4, 50
	if _, err := fill(ctx, l, 0, before); err != nil {
		return err
	}
	errs := make([]error, writers)
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() { _, errs[w] = fill(ctx, l, before+w*each, each) })
	}
	_, err := read(ctx, l, "", seen(2*(before+writers*each)))
	writing.Wait()
	return errors.Join(append(errs, err)...)
}

func deliversLive(ctx context.Context, l Log) error {
	const orders = 40
	writing := make(chan error, 1)
	version := map[order.ID]int{}
	var once sync.Once
	r, err := read(ctx, l, "", func(r *reader) bool {
		if caughtUp(r) {
			once.Do(func() {
				go func() {
					_, err := fill(ctx, l, 0, orders)
					writing <- err
				}()
			})
		}
		return len(r.seen) == 2*orders
	})
	if err != nil {
		return err
	}
	for _, b := range r.batches {
		for _, c := range b.Commits {
			if c.Version > version[c.OrderID]+1 {
				return fmt.Errorf("commit %s came after version %d", key(c), version[c.OrderID])
			}
			version[c.OrderID] = c.Version
		}
	}
	return <-writing
}

func caughtUpIsTrue(ctx context.Context, l Log) error {
	commits, err := fill(ctx, l, 0, 30)
	if err != nil {
		return err
	}
	r, err := read(ctx, l, "", caughtUp)
	return errors.Join(err, r.wantAll(commits))
}

func handlerFails(ctx context.Context, l Log) error {
	if _, err := fill(ctx, l, 0, 1); err != nil {
		return err
	}
	calls := 0
	err := l.Follow(ctx, "", func(context.Context, ports.Batch) error {
		calls++
		return errEnough
	})
	return errors.Join(wantError(err, errEnough), wantEqual(calls, 1))
}

func contextEnds(ctx context.Context, l Log) error {
	following, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	var once sync.Once
	go func() {
		ended <- l.Follow(following, "", func(_ context.Context, b ports.Batch) error {
			if b.CaughtUp {
				once.Do(cancel)
			}
			return nil
		})
	}()
	select {
	case err := <-ended:
		return wantError(err, context.Canceled)
	case <-time.After(patience / 4):
		cancel()
		return errors.New("it went on")
	}
}

func feedIsSafe(ctx context.Context, l Log) error {
	commits, err := fill(ctx, l, 0, 2)
	if err != nil {
		return err
	}
	r, err := read(ctx, l, "", seen(len(commits)))
	if err != nil {
		return err
	}
	for _, b := range r.batches {
		spoil(reflect.ValueOf(b))
	}
	for n := range 2 {
		if err := wantStream(ctx, l, ports.Stream{
			ID: id(n), Commits: commits[2*n : 2*n+2],
		}); err != nil {
			return err
		}
	}
	return nil
}

var errEnough = errors.New("enough")

// A reader follows a feed and keeps the batches.
type reader struct {
	seen    map[string]ports.Commit // By order and version.
	batches []ports.Batch
}

func key(c ports.Commit) string { return fmt.Sprintf("%s/%d", c.OrderID, c.Version) }

// read follows feed until enough says so, or fails with the context.
func read(
	ctx context.Context, feed ports.EventFeed, from ports.Position, enough func(*reader) bool,
) (*reader, error) {
	r := &reader{seen: map[string]ports.Commit{}}
	err := feed.Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
		r.batches = append(r.batches, b)
		for _, c := range b.Commits {
			r.seen[key(c)] = c
		}
		if enough(r) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		return r, fmt.Errorf("after %d commits: %w", len(r.seen), err)
	}
	return r, nil
}

func caughtUp(r *reader) bool { return r.batches[len(r.batches)-1].CaughtUp }

func seen(n int) func(*reader) bool { return func(r *reader) bool { return len(r.seen) >= n } }

func (r *reader) wantAll(commits []ports.Commit) error {
	for _, c := range commits {
		got, ok := r.seen[key(c)]
		if !ok {
			return fmt.Errorf("commit %s was left out", key(c))
		}
		if err := wantEqual(got, c); err != nil {
			return err
		}
	}
	return nil
}
