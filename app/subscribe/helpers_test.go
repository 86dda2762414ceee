package subscribe_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// commit appends the first commit of orders from one number to before another.
func commit(t *testing.T, store *memory.EventStore, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		id := order.MakeID(fmt.Appendf(nil, "%016d ", n))
		c := ports.Commit{
			OrderID: id, Version: 1, At: start, ID: fmt.Sprint(n),
			Events: []order.Event{order.Created{UserID: "ann"}},
		}
		if err := store.Append(t.Context(), ports.Stream{ID: id}, c); err != nil {
			t.Fatal(err)
		}
	}
}

// A process can be killed: it then reaches nothing any more, and logs nothing.
type process struct {
	ports.Checkpoint
	ports.Lease
	killed atomic.Bool
	unread atomic.Bool  // The position cannot be loaded.
	log    bytes.Buffer // To be read after its stop.

	mu      sync.Mutex
	work    func(context.Context, ports.Batch) error
	durable func() error // What MakeDurable returns.
	did     []string     // The IDs of the commits whose work is done.
	begun   int
}

// of returns a process that shares the subscription "test" of s with others.
func of(t *testing.T, s ports.Subscriptions) *process {
	t.Helper()
	at, err := s.Open("test")
	if err != nil {
		t.Fatal(err)
	}
	return &process{Checkpoint: at.Checkpoint, Lease: at.Lease}
}

// run starts the process and returns how to stop it.
func (p *process) run(t *testing.T, feed ports.EventFeed) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	at := ports.Subscription{Checkpoint: p, Lease: p}
	s := subscribe.New("test", feed, at, p, slog.New(slog.NewTextHandler(&p.log, nil)))
	go func() {
		defer close(stopped)
		s.Run(ctx)
	}()
	return func() {
		cancel()
		<-stopped
	}
}

// works lets the process do something with each batch from now on.
func (p *process) works(work func(context.Context, ports.Batch) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.work = work
}

func (p *process) Begin(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun++
	return nil
}

func (p *process) Handle(ctx context.Context, b ports.Batch) error {
	p.mu.Lock()
	work := p.work
	p.mu.Unlock()
	if work != nil {
		if err := work(ctx, b); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range b.Commits {
		p.did = append(p.did, c.ID)
	}
	return nil
}

func (p *process) MakeDurable(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.durable == nil {
		return nil
	}
	return p.durable()
}

// becomesDurable sets what MakeDurable returns from now on.
func (p *process) becomesDurable(how func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.durable = how
}

// done returns the work that is done, in its order.
func (p *process) done() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.did)
}

func (p *process) Load(ctx context.Context) (ports.Position, error) {
	if p.killed.Load() || p.unread.Load() {
		return "", ports.ErrUnavailable
	}
	return p.Checkpoint.Load(ctx)
}

func (p *process) Advance(ctx context.Context, from, to ports.Position) error {
	if p.killed.Load() {
		return ports.ErrUnavailable
	}
	return p.Checkpoint.Advance(ctx, from, to)
}

func (p *process) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	if p.killed.Load() {
		return false, ports.ErrUnavailable
	}
	return p.Lease.Hold(ctx, holder, d)
}

func (p *process) Release(ctx context.Context, holder string) error {
	if p.killed.Load() {
		return ports.ErrUnavailable
	}
	return p.Lease.Release(ctx, holder)
}

// numbers are those from one to before another, spelled.
func numbers(from, to int) (all []string) {
	for n := from; n < to; n++ {
		all = append(all, fmt.Sprint(n))
	}
	return all
}

func want(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("handed over were\n\t%v, want\n\t%v", got, want)
	}
}

// warned returns how many warnings a process logged. It has stopped.
func (p *process) warned() int { return strings.Count(p.log.String(), "level=WARN") }
