package memory

import (
	"context"
	"fmt"
	"sync/atomic"

	"orders/ports"
)

// Checkpoint returns the position of m, for one saver.
func (m *Model[V, I]) Checkpoint() ports.Checkpoint { return &checkpoint[V, I]{model: m} }

type checkpoint[V any, I Index[V]] struct {
	model  *Model[V, I]
	loaded atomic.Int64 // The model's epoch at the last Load.
}

// Load implements ports.Checkpoint.
func (c *checkpoint[V, I]) Load(ctx context.Context) (ports.Position, error) {
	c.model.mu.RLock()
	defer c.model.mu.RUnlock()
	c.loaded.Store(int64(c.model.epoch))
	return c.model.position, ctx.Err()
}

// Advance implements ports.Checkpoint.
func (c *checkpoint[V, I]) Advance(ctx context.Context, from, to ports.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m := c.model
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.position != from || int64(m.epoch) != c.loaded.Load() {
		return fmt.Errorf("advance the projection: %w", ports.ErrConflict)
	}
	m.position = to
	return nil
}
