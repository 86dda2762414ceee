package memory

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"

	"orders/domain/order"
	"orders/ports"
)

// changesMax is how many changes are kept at least for followers that come again or lag. Up to
// twice as many are.
const changesMax = 20_000

// changes are those of the live views, in order.
type changes struct {
	life  string // Names them in positions.
	gone  int    // So many were forgotten.
	kept  []ports.ViewChange
	grown chan struct{} // Closed by the next one; nil unless somebody waits for that.
}

func newChanges() changes { return changes{life: rand.Text()} }

func (c *changes) end() int { return c.gone + len(c.kept) }

func (c *changes) add(id order.ID, version int) {
	if len(c.kept) == 2*changesMax {
		c.gone += changesMax
		c.kept = append([]ports.ViewChange(nil), c.kept[changesMax:]...)
	}
	c.kept = append(c.kept, ports.ViewChange{ID: id, Version: version})
	if c.grown != nil {
		close(c.grown)
		c.grown = nil
	}
}

// batch is what came after the first next changes, and a channel that is closed when there is
// more. It is Lost if that is not known.
func (c *changes) batch(next int) (b ports.ViewBatch, end int, grown <-chan struct{}) {
	end = c.end()
	if b.Lost = next < c.gone || next > end; !b.Lost {
		end = min(end, next+batchMax)
		b.Changes = append(b.Changes, c.kept[next-c.gone:end-c.gone]...)
	}
	if c.grown == nil {
		c.grown = make(chan struct{})
	}
	b.Next = c.position(end)
	return b, end, c.grown
}

func (c *changes) position(index int) ports.Position {
	return ports.Position(fmt.Sprintf("%s/%d", c.life, index))
}

// index is where from points to, or -1 if no changes of these made it.
func (c *changes) index(from ports.Position) int {
	_, number, _ := strings.Cut(string(from), "/")
	index, err := strconv.Atoi(number)
	if err != nil || index < 0 || c.position(index) != from {
		return -1
	}
	return index
}

// Follow implements ports.ViewFeed.
func (m *Model[V, I]) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.ViewBatch) error,
) error {
	m.mu.RLock()
	next, before := m.changes.index(from), m.changes.end()
	m.mu.RUnlock()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.mu.Lock()
		b, end, grown := m.changes.batch(next)
		m.mu.Unlock()
		next, b.CaughtUp = end, end >= before
		if err := handle(ctx, b); err != nil {
			return err
		}
		if len(b.Changes) > 0 {
			continue // When there are no more, a batch without any tells so.
		}
		select {
		case <-ctx.Done():
		case <-grown:
		}
	}
}
