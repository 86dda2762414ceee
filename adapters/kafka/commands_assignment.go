package kafka

import (
	"context"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"orders/app/inlet"
	"orders/domain/order"
)

// An assignment is the partitions that a process has, and the messages of theirs that it works on.
type assignment struct {
	lanes *inlet.Lanes
	out   *sender
	serve func(context.Context, inlet.Delivery) error

	mu    sync.Mutex // Of parts.
	parts map[int32]*partition
}

// A partition is one that the process has. Its offset is committed up to the first message that is
// not done, so that none is left out if the process ends.
type partition struct {
	context.Context // Ends when the process loses the partition.

	cancel  context.CancelFunc
	working sync.WaitGroup

	mu      sync.Mutex
	pending []*pending // In the order of the partition.
}

// A pending message is worked on, or waits for one before it to be done.
type pending struct {
	*kgo.Record
	done bool
}

// parts are the numbers of partitions, by topic.
type parts = map[string][]int32

// assign returns what begins with partitions. They end with ctx.
func (a *assignment) assign(ctx context.Context) func(context.Context, *kgo.Client, parts) {
	return func(_ context.Context, _ *kgo.Client, given parts) {
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, number := range given[inlet.Commands] {
			p := &partition{}
			p.Context, p.cancel = context.WithCancel(ctx)
			a.parts[number] = p
		}
	}
}

// revoke ends what is worked on in partitions that another process gets, and commits what is done.
// The other process begins after that, so no order's commands are worked on in two processes.
func (a *assignment) revoke(ctx context.Context, client *kgo.Client, taken parts) {
	a.end(taken)
	_ = client.CommitMarkedOffsets(ctx) // Else some messages come again.
}

// lose ends what is worked on in partitions that another process may have already.
func (a *assignment) lose(_ context.Context, _ *kgo.Client, lost parts) { a.end(lost) }

func (a *assignment) end(taken parts) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, number := range taken[inlet.Commands] {
		if p := a.parts[number]; p != nil {
			delete(a.parts, number)
			p.cancel()
			defer p.working.Wait()
		}
	}
}

// begin begins to work on a message. It does not wait.
func (a *assignment) begin(r *kgo.Record) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.parts[r.Partition]
	if p == nil {
		return // It is another process's.
	}
	one := p.begin(r)
	d := delivery{r, a.out}
	a.lanes.Go(order.ID(d.header(inlet.HeaderOrderID)), sizeOf(r), func() {
		defer p.working.Done()
		if a.serve(p, d) == nil {
			p.end(one, a.out.client)
		}
	})
}

func (p *partition) begin(r *kgo.Record) *pending {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.working.Add(1)
	one := &pending{Record: r}
	p.pending = append(p.pending, one)
	return one
}

// end marks to be committed what is done with everything before it.
func (p *partition) end(one *pending, client *kgo.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one.done = true
	for len(p.pending) > 0 && p.pending[0].done {
		client.MarkCommitRecords(p.pending[0].Record)
		p.pending = p.pending[1:]
	}
}

// sizeOf is how many bytes a record has, about.
func sizeOf(r *kgo.Record) int {
	size := len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		size += len(h.Key) + len(h.Value)
	}
	return size
}
