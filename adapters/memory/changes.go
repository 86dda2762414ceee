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

// changesMax is how many changes are kept, at least, for followers that come again or lag. Up to
// twice as many are.
const changesMax = 20_000

// changes are those of the live views, in order.
type changes struct {
	id        string // Stands in positions, as other changes cannot be resumed from there.
	forgotten int    // How many were forgotten.
	kept      []ports.ViewChange
	grown     chan struct{} // Closed by the next change; nil unless a follower waits for it.
}

func newChanges() changes { return changes{id: rand.Text()} }

func (c *changes) end() int { return c.forgotten + len(c.kept) }

func (c *changes) add(id order.ID, version int) {
	if len(c.kept) == 2*changesMax {
		c.forgotten += changesMax
		c.kept = append([]ports.ViewChange(nil), c.kept[changesMax:]...)
	}
	c.kept = append(c.kept, ports.ViewChange{ID: id, Version: version})
	if c.grown != nil {
		close(c.grown)
		c.grown = nil
	}
}

// batch returns the changes from index next on, the index after them, and a channel that is closed
// when there are more. The batch is Lost if those changes were forgotten.
func (c *changes) batch(next int) (b ports.ViewBatch, end int, grown <-chan struct{}) {
	end = c.end()
	if b.Lost = next < c.forgotten || next > end; !b.Lost {
		end = min(end, next+batchMax)
		b.Changes = append(b.Changes, c.kept[next-c.forgotten:end-c.forgotten]...)
	}
	if c.grown == nil {
		c.grown = make(chan struct{})
	}
	b.Next = c.position(end)
	return b, end, c.grown
}

func (c *changes) position(index int) ports.Position {
	return ports.Position(fmt.Sprintf("%s/%d", c.id, index))
}

// index is where from points to, or -1 if it is no position of these changes.
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
			continue // A batch without changes says that there are no more.
		}
		select {
		case <-ctx.Done():
		case <-grown:
		}
	}
}
