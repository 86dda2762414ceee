package memory

import (
	"context"
	"fmt"
	"sync"

	"orders/ports"
)

var _ ports.Checkpoints = (*Checkpoints)(nil)

// Checkpoints is the position of one read model. The zero value is before everything.
type Checkpoints struct {
	mu       sync.RWMutex
	position ports.Position
}

// Load implements ports.Checkpoints.
func (c *Checkpoints) Load(ctx context.Context) (ports.Position, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.position, ctx.Err()
}

// Advance implements ports.Checkpoints.
func (c *Checkpoints) Advance(ctx context.Context, from, to ports.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.position != from {
		return fmt.Errorf("advance the projection: %w", ports.ErrConflict)
	}
	c.position = to
	return nil
}
