package readmodel

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/ports"
)

var _ ports.Provisional[ports.OrderView] = (*Provisional[ports.OrderView])(nil)

// Provisional saves views that the primary alone acknowledges, from its memory (w: 1, no j). A view
// can be made again from the commits, so nobody has to wait until it is durable; but whoever saves
// a position says that nobody has to make those before it again. Why no view is lost:
//
//   - The reply to each save tells the term of the primary (opTime.t). In a term there is one
//     primary, and its oplog of that term is one sequence of writes.
//   - MakeDurable sends a write of its own, the barrier, when all replies have come, and waits
//     until a majority has it in its journals. If that reply tells the same term, the same primary
//     did it, after the saves; and who has a write of an oplog has all before it. So a majority has
//     the saves, and no failover takes them back.
//   - A save that changed nothing as the view was there is covered likewise. Its reply tells the
//     last write in the oplog of this primary. The view came into that oplog before, in whatever
//     term.
//   - A stepdown ends a command that it interrupts with an error, so no reply speaks of saves in
//     two terms. A server that was deposed after a save that changed nothing, and before its reply,
//     may tell the term of the next primary; the client takes no such reply, by its electionId.
//   - If the terms differ, some saves may be gone, and none can be told from those that are not.
//     MakeDurable returns ErrConflict, and who saved goes on from the position again.
//
// A view whose save has an error is not in place, whatever the server did: who saves it does so
// again before the position passes it.
//
// The barrier has to be acknowledged before the position is sent: a position that vouched for the
// saves by its own reply would have moved already when that reply tells another term.
//
// A crash of a single member is a change of the term, too, as it is elected again. A reply without
// a term is a router's. Then no barrier can vouch for a save, so each is durable at once.
type Provisional[V any] struct {
	views *Views[V]
	saves *provisionalSaves
	flush *time.Timer // Stopped until something is saved.
}

// newProvisional returns a Provisional for the one who moves a Checkpoint.
func newProvisional[V any](v *Views[V], at *Checkpoint) *Provisional[V] {
	flush := time.AfterFunc(flushAfter, v.model.flush)
	flush.Stop()
	return &Provisional[V]{v, at.saves, flush}
}

// Save puts views in place as Views.Save does.
func (p *Provisional[V]) Save(ctx context.Context, views []V) []error {
	errs := p.views.save(ctx, views, p.saves.write)
	p.flush.Reset(flushAfter)
	p.views.tellSaved(views, errs, p.saves.lastTerm())
	return errs
}

// MakeDurable writes the barrier to the state of the read model.
func (p *Provisional[V]) MakeDurable(ctx context.Context) error {
	if err := p.barrier(ctx); err != nil {
		return fmt.Errorf("make the views in %s durable: %w",
			p.views.model.set.Collection, client.Translate(ctx, err))
	}
	return nil
}

func (p *Provisional[V]) barrier(ctx context.Context) error {
	saved, isMixed := p.saves.term()
	switch {
	case isMixed:
		return ports.ErrConflict
	case saved == 0:
		return nil
	}
	model := p.views.model
	term, err := client.UpdateTellingTerm(ctx, model.states, client.Update(
		bson.D{{Key: "_id", Value: model.set.Collection}},
		bson.D{{Key: "$currentDate", Value: bson.D{{Key: "durableAt", Value: true}}}},
	))
	switch {
	case err != nil:
		return err
	case term != saved:
		return ports.ErrConflict
	}
	p.saves.forget()
	return nil
}

// flushAfter is how long after the last save the journal is flushed. A commit may miss the flush
// that it asked for while a save is under way, and then waits for the next one. The next commit
// asks for that; if no client sends one, the server flushes only after 100 ms.
const flushAfter = 5 * time.Millisecond

func (m *Model) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), client.CloseTimeout)
	defer cancel()
	_ = client.Flush(ctx, m.states) // The server does it by itself, a little later.
}
