package readmodel

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/ports"
)

var _ ports.Provisional[ports.OrderView] = (*Provisional[ports.OrderView])(nil)

// Provisional saves views that the primary alone acknowledges, from its memory (w: 1, no j). A view
// can be made again from the commits, so nobody has to wait until it is durable; but whoever saves
// a position says that nobody has to make those before it again. Why a settled view lasts:
//
//   - The reply to each save tells the term of the primary (opTime.t). In a term there is one
//     primary, and its oplog of that term is one sequence of writes.
//   - Settle sends a write of its own when all replies have come, and waits until a majority has
//     it in its journals. If that reply tells the same term, the same primary did it, after the
//     saves; and who has a write of an oplog has all before it. So a majority has the saves, and
//     no failover takes them back.
//   - A save that changed nothing as the view was there is covered likewise. Its reply tells the
//     last write in the oplog of this primary. The view came into that oplog before, in whatever
//     term.
//   - A stepdown ends a command that it interrupts with an error, so no reply speaks of saves in
//     two terms. A server that was deposed after a save that changed nothing, and before its reply,
//     may tell the term of the next primary; the client takes no such reply, by its electionId.
//   - If the terms differ, some saves may be gone, and none can be told from those that are not.
//     Settle returns ErrConflict, and who saved goes on from the position again.
//
// A view whose save has an error is not in place, whatever the server did: who saves it does so
// again before the position passes it.
//
// The settling write has to be acknowledged before the position is sent: a position that vouched
// for the saves by its own reply would have moved already when that reply tells another term. It
// need not change anything, as the server waits for its last write then.
//
// A crash of a single member is a change of the term, too, as it is elected again. A reply without
// a term is a router's. Then no save can be settled, so each is durable at once.
type Provisional[V any] struct {
	views *Views[V]
	at    *Checkpoint
}

// Save puts views in place as Views.Save does.
func (p *Provisional[V]) Save(ctx context.Context, views []V) []error {
	errs := p.views.save(ctx, views, p.at.unsettled.write)
	p.at.flush.Reset(flushAfter)
	p.views.tell(views, errs, p.at.unsettled.lastTerm())
	return errs
}

// Settle writes to the state of the read model.
func (p *Provisional[V]) Settle(ctx context.Context) error {
	if err := p.at.settle(ctx); err != nil {
		return fmt.Errorf("settle the views in %s: %w",
			p.views.model.set.Collection, client.Translate(ctx, err))
	}
	return nil
}

func (c *Checkpoint) settle(ctx context.Context) error {
	saved, isOne := c.unsettled.term()
	switch {
	case !isOne:
		return ports.ErrConflict
	case saved == 0:
		return nil
	}
	term, err := client.UpdateInTerm(ctx, c.model.states, client.Update(
		bson.D{{Key: "_id", Value: c.model.set.Collection}},
		bson.D{{Key: "$currentDate", Value: bson.D{{Key: "settledAt", Value: true}}}},
	))
	switch {
	case err != nil:
		return err
	case term != saved:
		return ports.ErrConflict
	}
	c.unsettled.forget()
	return nil
}

// flushAfter is how long after a save the journal is flushed, unless another save comes. A commit
// waits for the journal, and may miss the flush that it asked for if a save was under way then. It
// waits for the next one, which the next commit asks for; but if all clients wait for this one,
// nobody does before the server, which lets 100 ms pass.
const flushAfter = 5 * time.Millisecond

// flush flushes the journal of the primary.
func (m *Model) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), client.CloseTimeout)
	defer cancel()
	_ = client.Flush(ctx, m.states) // The server does it by itself, a little later.
}

// unsettled is what is known of the saves that are not settled. It outlasts no Load.
type unsettled struct {
	mu     sync.Mutex
	in     int64 // The term of all of them, 0 if there are none.
	mixed  bool  // They are of several terms.
	last   int64 // The term that was told last.
	routed bool  // The server tells no terms.
}

// write is a writeFunc.
func (u *unsettled) write(
	ctx context.Context, to *driver.Collection, k client.Kind, statements []bson.Raw,
) (refused map[int]driver.WriteError, err error) {
	if u.isRouted() {
		return client.WriteAll(ctx, to, k, statements)
	}
	refused, term, err := client.WriteSoon(ctx, to, k, statements)
	if err != nil {
		return nil, err
	}
	if term == 0 {
		u.setRouted()
		return client.WriteAll(ctx, to, k, statements)
	}
	u.add(term)
	return refused, nil
}

func (u *unsettled) add(term int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.mixed = u.mixed || u.in != 0 && u.in != term
	u.in, u.last = term, term
}

// term is that of all saves, 0 if there are none, and whether it is one.
func (u *unsettled) term() (in int64, isOne bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.in, !u.mixed
}

func (u *unsettled) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.in, u.mixed = 0, false
}

func (u *unsettled) lastTerm() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.last
}

func (u *unsettled) isRouted() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.routed
}

func (u *unsettled) setRouted() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.routed = true
}
