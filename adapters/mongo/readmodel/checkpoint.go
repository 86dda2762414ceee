package readmodel

import (
	"context"
	"fmt"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

var _ ports.Checkpoint = (*Checkpoint)(nil)

// A Checkpoint keeps the position of a read model in its state.
type Checkpoint struct {
	model    *Model
	fedEpoch atomic.Int64      // As of the last Load.
	saves    *provisionalSaves // Of the Provisional beside it.
}

// NewCheckpoint returns a checkpoint of m.
func NewCheckpoint(m *Model) *Checkpoint {
	return &Checkpoint{model: m, saves: &provisionalSaves{}}
}

// Load returns the position of the views that are there. If they are new, since somebody dropped
// them or their database, it makes their indexes and begins with the empty position.
func (c *Checkpoint) Load(ctx context.Context) (ports.Position, error) {
	s, err := c.model.upToDate(ctx)
	if err != nil {
		return "", fmt.Errorf("load the position of %s: %w",
			c.model.set.Collection, client.Translate(ctx, err))
	}
	c.saves.forget() // Only now: the caller makes all that is after the position again.
	c.fedEpoch.Store(s.FedEpoch)
	return s.Position, nil
}

// Advance replaces the position if it is from, the views are those it was loaded for and are
// durable, and no other generation came to be fed since.
func (c *Checkpoint) Advance(ctx context.Context, from, to ports.Position) error {
	moved, err := c.move(ctx, from, to)
	if err == nil && !moved {
		err = ports.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("advance the position of %s: %w",
			c.model.set.Collection, client.Translate(ctx, err))
	}
	return nil
}

func (c *Checkpoint) move(ctx context.Context, from, to ports.Position) (bool, error) {
	if c.saves.pending() {
		return false, nil
	}
	s, err := c.model.endOverdue(ctx)
	if err != nil {
		return false, err
	}
	uuid, err := client.UUID(ctx, c.model.collection(s.Live.Number))
	if err != nil {
		return false, err
	}
	return c.model.transition(ctx, bson.D{
		{Key: "opened", Value: c.fedEpoch.Load()},
		{Key: "live.uuid", Value: uuid},
		{Key: "position", Value: from},
	}, pipeline.Set(bson.E{Key: "position", Value: pipeline.Literal(to)}))
}
