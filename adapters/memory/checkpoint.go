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
	model   *Model[V, I]
	loaded  atomic.Int64 // The model's epoch at the last Load.
	pending atomic.Bool  // The provisional saved something since the last MakeDurable.
}

// Load implements ports.Checkpoint.
func (c *checkpoint[V, I]) Load(ctx context.Context) (ports.Position, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	c.model.mu.RLock()
	defer c.model.mu.RUnlock()
	c.loaded.Store(int64(c.model.epoch))
	c.pending.Store(false)
	return c.model.position, nil
}

// Advance implements ports.Checkpoint.
func (c *checkpoint[V, I]) Advance(ctx context.Context, from, to ports.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m := c.model
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.position != from || int64(m.epoch) != c.loaded.Load() || c.pending.Load() {
		return fmt.Errorf("advance the projection: %w", ports.ErrConflict)
	}
	m.position = to
	return nil
}

// A provisional saves what lasts as long as the process, which is all that memory can promise.
type provisional[V any, I Index[V]] struct{ *checkpoint[V, I] }

// Save implements ports.Provisional.
func (p *provisional[V, I]) Save(ctx context.Context, views []V) []error {
	p.pending.Store(true)
	return p.model.Save(ctx, views)
}

// MakeDurable implements ports.Provisional.
func (p *provisional[V, I]) MakeDurable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.pending.Store(false)
	return nil
}
