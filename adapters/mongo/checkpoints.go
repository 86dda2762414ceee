package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/ports"
)

var _ ports.Checkpoints = (*Checkpoints)(nil)

// positionsName is the collection of positions: one document for each collection of views.
const positionsName = "projection_positions"

// positionDocument is how far a collection of views has come. It counts for the collection with
// that UUID only: one that was dropped and made anew has come nowhere.
type positionDocument struct {
	ID       string         `bson:"_id"` // The name of the collection of views.
	UUID     string         `bson:"viewsUuid"`
	Position ports.Position `bson:"position"`
}

// Checkpoints keeps the position of a collection of views beside it.
type Checkpoints struct {
	positions, views *driver.Collection
	migrations       *Migrations
}

// NewCheckpoints returns the checkpoints of the views in d that set is for.
func NewCheckpoints(d *Database, set Set) *Checkpoints {
	return &Checkpoints{
		positions:  d.collection(positionsName),
		views:      d.collection(set.Collection),
		migrations: NewMigrations(d, set),
	}
}

// Load returns the position of the views that are there. If they are new, since somebody dropped
// them or their database, it makes their indexes and begins with the empty position.
func (c *Checkpoints) Load(ctx context.Context) (ports.Position, error) {
	d, err := c.find(ctx)
	if err == nil {
		var uuid string
		if uuid, err = uuidOf(ctx, c.views); err == nil && uuid != "" && uuid == d.UUID {
			return d.Position, nil
		}
	}
	if err == nil || errors.Is(err, driver.ErrNoDocuments) {
		d, err = c.begin(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("load the position of %s: %w", c.views.Name(), translate(ctx, err))
	}
	return d.Position, nil
}

func (c *Checkpoints) find(ctx context.Context) (d positionDocument, err error) {
	err = c.positions.FindOne(ctx, bson.D{{Key: "_id", Value: c.views.Name()}}).Decode(&d)
	return d, err
}

// begin records the empty position for the views that are there now, unless somebody else did.
func (c *Checkpoints) begin(ctx context.Context) (positionDocument, error) {
	if err := c.migrations.Restore(ctx); err != nil {
		return positionDocument{}, err
	}
	uuid, err := uuidOf(ctx, c.views)
	if err != nil {
		return positionDocument{}, err
	}
	model := driver.NewReplaceOneModel().SetUpsert(true).
		SetFilter(bson.D{
			{Key: "_id", Value: c.views.Name()},
			{Key: "viewsUuid", Value: bson.D{{Key: "$ne", Value: uuid}}},
		}).
		SetReplacement(positionDocument{ID: c.views.Name(), UUID: uuid})
	refused, err := bulkWrite(ctx, c.positions, []driver.WriteModel{model})
	if err != nil {
		return positionDocument{}, err
	}
	if refusal, is := refused[0]; is && refusal.Code != codeDuplicateKey {
		return positionDocument{}, refusal
	}
	return c.find(ctx)
}

// Advance replaces the position if it is from and the views are those it was loaded for.
func (c *Checkpoints) Advance(ctx context.Context, from, to ports.Position) error {
	uuid, err := uuidOf(ctx, c.views)
	if err != nil {
		return fmt.Errorf("advance the position of %s: %w", c.views.Name(), translate(ctx, err))
	}
	moved, err := c.move(ctx, uuid, from, to)
	if err != nil {
		return fmt.Errorf("advance the position of %s: %w", c.views.Name(), translate(ctx, err))
	}
	if !moved {
		return fmt.Errorf("advance the position of %s: %w", c.views.Name(), ports.ErrConflict)
	}
	return nil
}

func (c *Checkpoints) move(
	ctx context.Context, uuid string, from, to ports.Position,
) (moved bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	result, err := c.positions.UpdateOne(ctx,
		bson.D{
			{Key: "_id", Value: c.views.Name()},
			{Key: "viewsUuid", Value: uuid},
			{Key: "position", Value: from},
		},
		bson.D{{Key: "$set", Value: bson.D{{Key: "position", Value: to}}}})
	if err != nil {
		return false, err
	}
	return result.MatchedCount == 1, nil
}
