package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/time/rate"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

// ordersAtOnce is how many orders an export asks an archive for. A failure costs what was read of
// them.
const ordersAtOnce = 1000

// A Source is what an export reads: the feed, the archive and the histories of one store.
type Source struct {
	Feed    ports.EventFeed
	Archive ports.Archive
	History ports.History
}

// A Sink takes what is exported. It adds that to the Contents.
type Sink interface {
	// Write takes a commit. The error wraps ports.ErrUnreadable if the sink has no form for it.
	Write(ports.Commit) error
	// Lack notes that an order's commits from a version on are left out.
	Lack(Unreadable) error
}

// An Export writes all commits of a source to a sink: first what the archive has, order by order,
// and then what was committed after From. So each order has a gapless prefix, which has every
// commit that was acknowledged before Run was called.
//
//	From = Feed.Now()       the archive is read                  caught up
//	──┴──────────────────────────────────────────────────────────┴──> time
//	  └─ whatever is committed from here on, the feed tells again ─┘
type Export struct {
	Source  Source
	To      Sink
	Has     *Contents      // What the sink has. An export that was broken off goes on from there.
	From    ports.Position // The present of the feed before the first commit was written.
	Options Options
	Report  func(Progress)
	Log     *slog.Logger
}

// errCaughtUp ends following the feed once all that was committed before is exported.
var errCaughtUp = errors.New("caught up")

var errSilent = fmt.Errorf("nothing came for %v: %w", patience, ports.ErrUnavailable)

// Run exports. Whatever it returns, the sink has gapless prefixes.
func (e Export) Run(ctx context.Context) error {
	size, err := e.Source.Archive.Size(ctx)
	if err != nil {
		return fmt.Errorf("ask how many commits there are: %w", err)
	}
	x := &exporting{Export: e, size: size, pace: paceOf(e.Options.Rate)}
	if e.Has.IsSorted { // Else what it has of the archive is whole, as commits of the feed follow.
		err = x.readArchive(ctx)
	}
	if err == nil {
		err = x.catchUp(ctx)
	}
	return err
}

func paceOf(perSecond int) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	const burstsPerSecond = 10
	return rate.NewLimiter(rate.Limit(perSecond), max(1, perSecond/burstsPerSecond))
}

type exporting struct {
	Export
	size  int
	pace  *rate.Limiter
	phase Phase
}

func (x *exporting) readArchive(ctx context.Context) error {
	x.phase = Reading
	last, orders := x.Has.Last.OrderID, 0
	read := func() error {
		r := ports.Range{From: last, Limit: ordersAtOnce}
		orders = 0
		return x.Source.Archive.Commits(ctx, r, func(c ports.Commit) error {
			if orders == 0 || c.OrderID != last {
				last, orders = c.OrderID, orders+1
			}
			return x.take(ctx, c)
		})
	}
	for {
		if err := x.untilAnswered(ctx, read); err != nil {
			return fmt.Errorf("read the archive at order %q: %w", last, err)
		}
		if orders < ordersAtOnce {
			return nil
		}
	}
}

// catchUp ends when the feed, which outlasts every outage, has said nothing for long.
func (x *exporting) catchUp(ctx context.Context) error {
	x.phase = CatchingUp
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	silent := time.AfterFunc(patience, func() { giveUp(errSilent) })
	defer silent.Stop()
	err := x.Source.Feed.Follow(ctx, x.From, func(ctx context.Context, b ports.Batch) error {
		silent.Stop()
		defer silent.Reset(patience)
		for _, c := range b.Commits {
			if err := x.take(ctx, c); err != nil {
				return err
			}
		}
		if b.CaughtUp {
			return errCaughtUp
		}
		return nil
	})
	if errors.Is(err, errCaughtUp) {
		return nil
	}
	if cause := context.Cause(ctx); errors.Is(cause, errSilent) {
		err = cause
	}
	return fmt.Errorf("follow the feed: %w", err)
}

// take writes a commit, after those before it that the sink lacks, unless the sink has it.
func (x *exporting) take(ctx context.Context, c ports.Commit) error {
	last, isCutOff := x.Has.Version(c.OrderID)
	switch {
	case isCutOff, c.Version <= last:
		return nil
	case c.Version > last+1:
		return x.fill(ctx, c)
	case c.Unreadable != nil:
		return x.leaveOut(c.OrderID, c.Version, c.Unreadable)
	}
	return x.write(ctx, c)
}

// fill writes the commits of an order up to that of c, of which the feed told too early.
func (x *exporting) fill(ctx context.Context, c ports.Commit) error {
	err := x.untilAnswered(ctx, func() error {
		last, _ := x.Has.Version(c.OrderID)
		return x.Source.History.Read(ctx, c.OrderID, last, func(read ports.Commit) error {
			if read.Version > c.Version {
				return nil
			}
			return x.write(ctx, read)
		})
	})
	last, isCutOff := x.Has.Version(c.OrderID)
	switch {
	case errors.Is(err, ports.ErrUnreadable) && !errors.Is(err, ErrUnreadable):
		return x.leaveOut(c.OrderID, last+1, err)
	case err == nil && !isCutOff && last < c.Version:
		return fmt.Errorf("order %s has no version %d, which the feed tells of", c.OrderID, last+1)
	}
	return err
}

func (x *exporting) write(ctx context.Context, c ports.Commit) error {
	if err := x.pace.Wait(ctx); err != nil {
		return err
	}
	err := x.To.Write(c)
	if errors.Is(err, ports.ErrUnreadable) {
		return x.leaveOut(c.OrderID, c.Version, err)
	}
	if err == nil {
		x.Report(Progress{x.phase, x.Has.Commits, x.Has.Orders, max(x.size, x.Has.Commits)})
	}
	return err
}

func (x *exporting) leaveOut(id order.ID, version int, why error) error {
	if !x.Options.SkipUnreadable {
		return fmt.Errorf("order %s, version %d: %w: %w", id, version, ErrUnreadable, why)
	}
	x.Log.Warn("An order is left out of the export from this version on, as that is unreadable",
		"orderId", id, "version", version, "error", why)
	return x.To.Lack(Unreadable{id, version, why.Error()})
}

// untilAnswered calls do again and again while the store does not answer, but ends when nothing was
// exported for long.
func (x *exporting) untilAnswered(ctx context.Context, do func() error) error {
	had, since := x.Has.Commits, time.Now()
	for {
		err := do()
		if !errors.Is(err, ports.ErrUnavailable) || ctx.Err() != nil {
			return err
		}
		if x.Has.Commits > had {
			had, since = x.Has.Commits, time.Now()
		}
		if time.Since(since) > patience {
			return err
		}
		x.Log.Warn("The export waits for the database", "error", err)
		if err := clock.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}
