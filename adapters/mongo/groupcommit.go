package mongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"

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

func (c GroupCommit) withDefaults() GroupCommit {
	byDefault := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	byDefault(&c.Slots, 2)
	byDefault(&c.Company, 32)
	byDefault(&c.Queue, 4096)
	byDefault(&c.Docs, 512)
	byDefault(&c.Bytes, 4<<20)
	return c
}

// groupCommit has a queue and some slots. A slot that is free takes everything that is queued, up
// to the limits, and writes it at once; no timer makes anybody wait for company. Slots are
// goroutines that live while there is work.
type groupCommit struct {
	config GroupCommit
	write  func(context.Context, []bson.Raw) []verdict
	tell   func(recorded []ports.Commit) // Before the callers know.
	log    *slog.Logger

	writing context.Context // Of all attempts; never a caller's.
	abandon context.CancelFunc

	mu     sync.Mutex
	queue  []*entry
	busy   int // Slots at work.
	closed bool
	idle   chan struct{} // Closed when the last slot ends after closed was set.
}

func newGroupCommit(
	c GroupCommit, write func(context.Context, []bson.Raw) []verdict,
	tell func(recorded []ports.Commit), log *slog.Logger,
) *groupCommit {
	writing, abandon := context.WithCancel(context.Background())
	return &groupCommit{
		config: c.withDefaults(), write: write, tell: tell, log: log,
		writing: writing, abandon: abandon, idle: make(chan struct{}),
	}
}

// submit records a commit, as its document, and returns its verdict. If ctx ends while it is
// queued, it is taken back; if later, its outcome is unknown to the caller, and is pursued without
// him.
func (g *groupCommit) submit(
	ctx context.Context, c ports.Commit, document bson.Raw,
) error {
	e := &entry{commit: c, document: document, verdict: make(chan error, 1)}
	if err := g.enqueue(e); err != nil {
		return err
	}
	select {
	case err := <-e.verdict:
		return err
	case <-ctx.Done():
	}
	if g.takeBack(e) {
		return ctx.Err()
	}
	select {
	case err := <-e.verdict:
		return err
	default:
		return fmt.Errorf("%w: %s", ports.ErrOutcomeUnknown, ctx.Err().Error())
	}
}

func (g *groupCommit) enqueue(e *entry) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return errClosing
	case len(g.queue) >= g.config.Queue:
		return fmt.Errorf("%w: %d appends wait already", ports.ErrUnavailable, len(g.queue))
	}
	g.queue = append(g.queue, e)
	if g.busy < g.config.Slots && g.feeds(g.busy+1) {
		g.busy++
		go g.work()
	}
	return nil
}

// feeds reports whether so many slots shall be at work on what is queued.
func (g *groupCommit) feeds(slots int) bool {
	return slots == 1 || len(g.queue) >= g.config.Company
}

// takeBack reports whether e was still queued.
func (g *groupCommit) takeBack(e *entry) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, e)
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}

// work is a slot.
func (g *groupCommit) work() {
	for batch := g.take(); len(batch) > 0; batch = g.take() {
		g.settle(batch)
	}
}

// take removes the next batch from the queue. When there is none for the slot, it is busy no more.
func (g *groupCommit) take() []*entry {
	g.mu.Lock()
	defer g.mu.Unlock()
	most := min(len(g.queue), g.config.Docs)
	if !g.feeds(g.busy) {
		most = 0
	}
	n, size := 0, 0
	for ; n < most; n++ {
		size += len(g.queue[n].document)
		if n > 0 && size > g.config.Bytes {
			break
		}
	}
	batch := slices.Clone(g.queue[:n])
	g.queue = slices.Delete(g.queue, 0, n)
	if n == 0 {
		g.busy--
		if g.closed && g.busy == 0 {
			close(g.idle)
		}
	}
	return batch
}

// settle sends the same documents again until each has its verdict.
func (g *groupCommit) settle(batch []*entry) {
	for attempt := 1; ; attempt++ {
		if batch = g.attempt(batch, attempt > 1); len(batch) == 0 {
			return
		}
		backOff := min(time.Second, 10*time.Millisecond<<min(attempt, 10))
		if clock.Sleep(g.writing, backOff/2+rand.N(backOff/2)) != nil {
			for _, e := range batch {
				e.verdict <- fmt.Errorf("%w: it is shutting down", ports.ErrOutcomeUnknown)
			}
			return
		}
	}
}

// attempt sends the batch once and returns the entries without a verdict. Again means that an
// earlier attempt may have recorded any of them, or may yet do so.
func (g *groupCommit) attempt(batch []*entry, again bool) (open []*entry) {
	documents := make([]bson.Raw, len(batch))
	for i, e := range batch {
		documents[i] = e.document
	}
	verdicts := g.write(g.writing, documents)
	if commits := recordedOf(batch, verdicts); len(commits) > 0 {
		g.tell(commits)
	}
	if slices.ContainsFunc(verdicts, verdict.isOutdated) {
		g.refuseQueued()
	}
	for i, e := range batch {
		if final, err := verdicts[i].finally(again); final {
			e.verdict <- err
			continue
		}
		open = append(open, e)
	}
	if len(open) > 0 && !again {
		g.log.Warn("The outcome of appends is unknown. They are sent again until it is known.",
			"appends", len(open), "error", verdicts[slices.Index(batch, open[0])].err)
	}
	return open
}

var (
	errClosing   = fmt.Errorf("%w: it is shutting down", ports.ErrUnavailable)
	errAbandoned = errors.New("appends were abandoned, and the outcome of some is unknown")
)

// Close takes no more appends and waits until all have their verdicts. When ctx ends first, those
// that no slot has taken are not recorded, and the outcome of the others stays unknown.
func (g *groupCommit) Close(ctx context.Context) error {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		if g.busy == 0 {
			close(g.idle)
		}
	}
	g.mu.Unlock()
	defer g.abandon()
	select {
	case <-g.idle:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy == 0 {
		return nil
	}
	for _, e := range g.queue {
		e.verdict <- errClosing
	}
	g.queue = nil
	return fmt.Errorf("%w: %w", errAbandoned, ctx.Err())
}
