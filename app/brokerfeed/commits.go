package brokerfeed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

const (
	// batchMax is how many commits a batch has before it is handed over, and batchBytes about how
	// many bytes they have.
	batchMax, batchBytes = 512, 4 << 20
	// loadsMax is how many orders are read at once.
	loadsMax = 8
	// A store may show less than the topic tells: where a message is wrong, or since an older copy
	// of the store was put in place. After shortReads in a row, shortRest apart, the follower takes
	// what is there.
	shortReads, shortRest = 5, 100 * time.Millisecond
)

// A span is of the commits of one order: those after a version, through another one and beyond.
type span struct {
	id             order.ID
	after, through int
}

// A batch gathers the commits of the next ports.Batch.
type batch struct {
	commits []ports.Commit
	bytes   int
}

func (b *batch) add(c ports.Commit) { b.commits, b.bytes = append(b.commits, c), b.bytes+c.Size() }

func (b *batch) isFull() bool { return len(b.commits) >= batchMax || b.bytes >= batchBytes }

// handOver hands over the commits of spans in batches. The place after the last one is next.
func (r *follower) handOver(ctx context.Context, wanted []span, next place) error {
	var gathered batch
	for len(wanted) > 0 {
		some := wanted[:min(len(wanted), loadsMax)]
		wanted = wanted[len(some):]
		read, err := r.readAll(ctx, some)
		if err != nil {
			return err
		}
		for _, commits := range read {
			for _, c := range commits {
				gathered.add(c)
			}
		}
		if gathered.isFull() && len(wanted) > 0 {
			if err := r.deliverBatch(&gathered); err != nil {
				return err
			}
		}
	}
	hasMoved, hadCaughtUp := next != r.at, r.caughtUp
	r.at = next
	if catchesUp := r.hasCaughtUp() && !hadCaughtUp; catchesUp || len(gathered.commits) > 0 {
		return r.deliverBatch(&gathered)
	}
	r.isQuiet = r.isQuiet && !hasMoved // Whoever saves the place hears of it once all is quiet.
	return nil
}

// deliverBatch hands over what was gathered, and empties that.
func (r *follower) deliverBatch(b *batch) error {
	for _, c := range b.commits {
		r.known.Put(c.OrderID, max(c.Version, r.known.Get(c.OrderID)))
	}
	next := ports.Batch{Commits: b.commits, Next: r.position(r.at)}
	*b = batch{}
	return r.deliver(next)
}

// readAll reads a few spans at once.
func (r *follower) readAll(ctx context.Context, spans []span) ([][]ports.Commit, error) {
	read := make([][]ports.Commit, len(spans))
	reads, ctx := errgroup.WithContext(ctx)
	for i, s := range spans {
		reads.Go(func() (err error) {
			read[i], err = r.readSpan(ctx, s)
			return err
		})
	}
	return read, reads.Wait()
}

// readSpan reads the commits of a span. One that cannot be read is the last one.
func (r *follower) readSpan(ctx context.Context, s span) (commits []ports.Commit, err error) {
	reached := s.after
	for try := 0; reached < s.through && try < shortReads; try++ {
		if try > 0 {
			_ = clock.Sleep(ctx, shortRest)
		}
		err := r.History.Read(ctx, s.id, reached, func(c ports.Commit) error {
			commits, reached = append(commits, c), c.Version
			return nil
		})
		switch {
		case errors.Is(err, ports.ErrUnreadable):
			return append(commits, ports.Commit{
				OrderID: s.id, Version: max(reached+1, s.through), Unreadable: err,
			}), nil
		case err != nil:
			return nil, fmt.Errorf("read order %s: %w", s.id, err)
		}
	}
	if reached < s.through {
		r.log.Error("A notice is of a commit that is not there, and is passed over",
			"orderId", string(s.id), "version", s.through)
	}
	return commits, nil
}
