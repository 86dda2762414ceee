package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/slots"
	"orders/ports"
	"orders/ports/clock"
)

// GroupCommit says how the appends of many callers are gathered into few writes. A field that is
// 0 has its default.
type GroupCommit struct {
	Slots   int // Writes under way at once; 2. All but one wait for Company.
	Company int // Appends that have to wait for a further slot to take them; 32.
	Queue   int // Appends that wait for a slot; 4096. Further ones are refused.
	Docs    int // Appends in one write, at most; 512.
	Bytes   int // Bytes in one write, at most, unless one append alone is larger; 4 MiB.
}

func (c GroupCommit) limits() slots.Limits {
	return slots.Limits{
		Slots: cmp.Or(c.Slots, 2), Company: cmp.Or(c.Company, 32), Queue: cmp.Or(c.Queue, 4096),
		Items: cmp.Or(c.Docs, 512), Bytes: cmp.Or(c.Bytes, 4<<20),
	}
}

// A Write is one of the group commit that begins.
type Write struct {
	Commits []ports.Commit
	Waited  []time.Duration // How long each was queued.
}

// An Observer is told of each write before it is sent, and returns its context, made from ctx, and
// what is to be called once the outcome of each commit is known.
type Observer func(ctx context.Context, w Write) (writing context.Context, end func())

// groupCommit records the appends of many callers by few writes, and tells each caller what became
// of his.
type groupCommit struct {
	write    func(context.Context, []bson.Raw) []verdict
	announce func(recorded []ports.Commit) // Before the callers know.
	log      *slog.Logger
	slots    *slots.Batcher[*pendingAppend]
	limit    int      // Of the queue.
	observer Observer // Nil for none.

	writing context.Context // Of all attempts; never a caller's.
	abandon context.CancelFunc
}

func newGroupCommit(
	c GroupCommit, write func(context.Context, []bson.Raw) []verdict,
	tell func(recorded []ports.Commit), log *slog.Logger,
) *groupCommit {
	writing, abandon := context.WithCancel(context.Background())
	g := &groupCommit{write: write, announce: tell, log: log, writing: writing, abandon: abandon}
	size := func(e *pendingAppend) int { return len(e.document) }
	limits := c.limits()
	g.limit, g.slots = limits.Queue, slots.New("appends", limits, size, g.send)
	return g
}

// send sends a batch as the observer sees it.
func (g *groupCommit) send(batch []*pendingAppend) {
	if g.observer == nil {
		g.sendUntilKnown(g.writing, batch)
		return
	}
	w := Write{make([]ports.Commit, len(batch)), make([]time.Duration, len(batch))}
	for i, e := range batch {
		w.Commits[i], w.Waited[i] = e.commit, time.Since(e.queued)
	}
	ctx, end := g.observer(g.writing, w)
	defer end()
	g.sendUntilKnown(ctx, batch)
}

// submit records a commit, as its document, and returns its verdict. If ctx ends while the commit
// is queued, submit takes it back; if later, the outcome is unknown to the caller, and the commit
// is sent until it is known.
func (g *groupCommit) submit(
	ctx context.Context, c ports.Commit, document bson.Raw,
) error {
	e := &pendingAppend{
		commit: c, document: document, verdict: make(chan error, 1), queued: time.Now(),
	}
	if err := g.slots.Add(e); err != nil {
		return err
	}
	select {
	case err := <-e.verdict:
		return err
	case <-ctx.Done():
	}
	if g.slots.TakeBack(e) {
		return ctx.Err()
	}
	select {
	case err := <-e.verdict:
		return err
	default:
		return fmt.Errorf("%w: %s", ports.ErrOutcomeUnknown, ctx.Err().Error())
	}
}

// sendUntilKnown sends the same documents again until each has its verdict.
func (g *groupCommit) sendUntilKnown(ctx context.Context, batch []*pendingAppend) {
	told := verdict.first
	for attempt := 1; ; attempt++ {
		open, why := g.attempt(ctx, batch, told)
		if len(open) == 0 {
			return
		}
		if attempt == 1 {
			g.log.WarnContext(ctx,
				"The outcome of appends is unknown. They are sent again until it is known",
				"appends", len(open), "error", why)
		}
		batch, told = open, verdict.repeated
		backOff := min(time.Second, 10*time.Millisecond<<min(attempt, 10))
		if clock.Sleep(ctx, backOff/2+rand.N(backOff/2)) != nil {
			for _, e := range batch {
				e.verdict <- fmt.Errorf("%w: it is shutting down", ports.ErrOutcomeUnknown)
			}
			return
		}
	}
}

// attempt sends the batch once and tells each caller the outcome. It returns the appends whose
// outcome is open, and why that of the first one is.
func (g *groupCommit) attempt(
	ctx context.Context, batch []*pendingAppend, told outcome,
) (open []*pendingAppend, why error) {
	documents := make([]bson.Raw, len(batch))
	for i, e := range batch {
		documents[i] = e.document
	}
	verdicts := g.write(ctx, documents)
	if commits := recordedOf(batch, verdicts); len(commits) > 0 {
		g.announce(commits)
	}
	if slices.ContainsFunc(verdicts, verdict.isOutdated) {
		g.refuseQueued()
	}
	for i, e := range batch {
		if final, err := told(verdicts[i]); final {
			e.verdict <- err
			continue
		}
		if open = append(open, e); len(open) == 1 {
			why = verdicts[i].err
		}
	}
	return open, why
}

// refuseQueued refuses what was decided before it was known that the collection has been replaced.
func (g *groupCommit) refuseQueued() {
	followUp := func(e *pendingAppend) bool { return e.commit.Version > 1 }
	for _, e := range g.slots.TakeBackAll(followUp) {
		e.verdict <- ports.ErrConflict
	}
}

var errAbandoned = errors.New("appends were abandoned, and the outcome of some is unknown")

// Close takes no more appends and waits until all have their verdicts. When ctx ends first, those
// that no slot has taken are not recorded, and the outcome of the others stays unknown.
func (g *groupCommit) Close(ctx context.Context) error {
	defer g.abandon()
	left, err := g.slots.Close(ctx)
	for _, e := range left {
		e.verdict <- slots.ErrClosed
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errAbandoned, err)
	}
	return nil
}
