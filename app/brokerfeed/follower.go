package brokerfeed

import (
	"context"
	"fmt"
	"sync"
	"time"

	"orders/app/relay"
	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/recent"
)

const (
	// quietTime passes without a notice before the handler is given a batch without commits.
	quietTime = 20 * time.Millisecond
	// parkedEvery passes between looks at the orders that the relay has parked, and at its topic.
	parkedEvery = 500 * time.Millisecond
	// knownMax is of how many orders a follower remembers the version that it handed over last.
	knownMax = 100_000
)

func newKnown() recent.Map[order.ID, int] { return recent.New[order.ID, int](knownMax) }

// A follower is one call of Follow, for as long as its place is not lost.
type follower struct {
	*Feed
	caller context.Context // What handle gets.
	handle func(context.Context, ports.Batch) error
	failed error        // The handler's error, which ends the call.
	asked  ports.Moment // All that was committed before the call had happened by then.

	at       place                     // After what was handed over.
	known    recent.Map[order.ID, int] // The versions that orders were handed over to.
	parked   map[order.ID]int          // The same of the orders that the relay has parked.
	end      *ports.Offset             // All that was committed before the call comes before it.
	caughtUp bool                      // All of that was handed over.
	isQuiet  bool                      // The last batch had no commits.
}

// An ending is where all comes before that was committed before the call, or why that is unknown.
type ending struct {
	end ports.Offset
	err error
}

// follow hands over what there is until the place is lost, the handler fails or ctx ends.
func (r *follower) follow(ctx context.Context) error {
	if r.at == (place{}) {
		if err := r.begin(ctx); err != nil {
			return err
		}
	}
	var running sync.WaitGroup
	defer running.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop() // Before the waiting.
	at, notices := r.at, make(chan ports.Notices)
	broken, found := make(chan error, 1), make(chan ending, 1)
	running.Go(func() { broken <- r.Topic.Read(ctx, at.topic, at.offset, into(notices)) })
	select {
	case <-notices: // The broker has all that follows the place.
	case err := <-broken:
		return err
	}
	running.Go(func() { found <- r.findEnd(ctx, at.topic) })
	return r.listen(ctx, notices, broken, found)
}

// into hands notices over to a channel.
func into(notices chan<- ports.Notices) func(context.Context, ports.Notices) error {
	return func(ctx context.Context, n ports.Notices) error {
		select {
		case notices <- n:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// findEnd finds the end of what was committed before the call, once the relay has told all of it.
func (r *follower) findEnd(ctx context.Context, topic ports.TopicID) (e ending) {
	told, err := r.awaitRelay(ctx, r.asked)
	if err == nil && told != topic {
		err = errOtherTopic
	}
	if err != nil {
		return ending{err: err}
	}
	e.end, e.err = r.Topic.End(ctx, topic)
	return e
}

var errOtherTopic = fmt.Errorf("the relay tells another topic: %w", ports.ErrGone)

func (r *follower) listen(
	ctx context.Context, notices <-chan ports.Notices, broken <-chan error, found <-chan ending,
) error {
	quiet, looks := time.NewTimer(quietTime), time.NewTicker(parkedEvery)
	defer quiet.Stop()
	defer looks.Stop()
	for {
		var err error
		select {
		case err := <-broken:
			return err
		case n := <-notices:
			err = r.read(ctx, n)
		case e := <-found:
			if err = e.err; err == nil {
				err = r.catchUp(ctx, e.end)
			}
		case <-looks.C:
			if err = r.checkTopic(ctx); err == nil {
				err = r.readParked(ctx)
			}
		case <-quiet.C:
			err = r.deliver(ports.Batch{Next: r.position(r.at)})
		}
		if err != nil {
			return err
		}
		if !r.isQuiet {
			quiet.Reset(quietTime)
		}
	}
}

// catchUp notes where the follower is caught up. The relay parks an order before it says that it
// has told everything, so the parked ones of before the call are there now.
func (r *follower) catchUp(ctx context.Context, end ports.Offset) error {
	if err := r.readParked(ctx); err != nil {
		return err
	}
	if r.end = &end; !r.hasCaughtUp() {
		return nil
	}
	return r.deliver(ports.Batch{Next: r.position(r.at)})
}

func (r *follower) hasCaughtUp() bool {
	if !r.caughtUp && r.end != nil && r.Topic.Reached(r.at.offset, *r.end) {
		r.caughtUp = true
	}
	return r.caughtUp
}

// read hands over the commits that notices are about.
func (r *follower) read(ctx context.Context, n ports.Notices) error {
	var wanted []span
	index := map[order.ID]int{}
	for _, each := range n.Of {
		i, isWanted := index[each.OrderID]
		switch {
		case isWanted:
			wanted[i].through = max(wanted[i].through, each.Version)
		case r.known.Get(each.OrderID) < each.Version:
			index[each.OrderID] = len(wanted)
			wanted = append(wanted, r.after(each.OrderID, each.Version, each.Version-1))
		}
	}
	return r.handOver(ctx, wanted, place{r.at.topic, n.Next})
}

// after is the span of an order's commits after the last one that was handed over. Where that is
// not known, it is after another one.
func (r *follower) after(id order.ID, through, otherwise int) span {
	if r.known.Has(id) {
		otherwise = r.known.Get(id)
	}
	return span{id, otherwise, through}
}

// readParked hands over the commits of the orders that the relay has parked, which it does not tell
// of.
func (r *follower) readParked(ctx context.Context) error {
	parked := map[order.ID]int{}
	var wanted []span
	for p, err := range subscribe.EveryParked(ctx, r.Relay.Parked) {
		if err != nil {
			return err
		}
		if parked[p.ID] = p.Version; r.parked[p.ID] < p.Version {
			wanted = append(wanted, r.after(p.ID, p.Version, 0))
		}
	}
	err := r.handOver(ctx, wanted, r.at)
	r.parked = parked
	return err
}

// checkTopic finds out whether the relay has turned to another topic.
func (r *follower) checkTopic(ctx context.Context) error {
	told, err := r.Relay.Checkpoint.Load(ctx)
	if topic, _ := relay.SplitPosition(told); err == nil && topic != "" && topic != r.at.topic {
		return errOtherTopic
	}
	return err
}

// deliver hands a batch over to the handler.
func (r *follower) deliver(b ports.Batch) error {
	b.CaughtUp, r.isQuiet = r.caughtUp, len(b.Commits) == 0
	r.failed = r.handle(r.caller, b)
	return r.failed
}
