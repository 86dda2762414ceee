package readmodel

import (
	"context"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
)

// upToDate reads the state and does what is due: it ends a candidate whose time has run out, and
// begins with the empty position if the live views are not those that the position speaks of, since
// somebody dropped them or their database.
func (m *Model) upToDate(ctx context.Context) (state, error) {
	s, err := m.endOverdue(ctx)
	if err != nil {
		return s, err
	}
	uuid, err := client.UUID(ctx, m.collection(s.Live.Number))
	if err != nil || uuid != "" && uuid == s.Live.UUID {
		return s, err
	}
	return m.startOver(ctx, s.Live.Number)
}

// endOverdue reads the state, and ends a candidate whose time has run out: one that is leaving
// becomes the previous one, any other is forgotten. A saver feeds whatever is recorded, even if its
// time is over: only this transition ends it.
func (m *Model) endOverdue(ctx context.Context) (state, error) {
	s, err := m.read(ctx)
	if err != nil || s.AlsoFed == nil {
		return s, err
	}
	leaving := bson.D{{Key: "$cond", Value: bson.A{"$next.leaving", bson.D{
		{Key: "number", Value: "$next.number"}, {Key: "uuid", Value: "$next.uuid"},
		{Key: "position", Value: "$position"},
	}, "$previous"}}}
	due := bson.D{{Key: "epoch", Value: s.Epoch}, pipeline.IsOver("next.until")}
	ended, err := m.transition(ctx, due,
		pipeline.Set(raiseEpoch, bson.E{Key: "previous", Value: leaving}), pipeline.Unset("next"))
	if client.IsUnauthorized(err) {
		return s, nil // A process that only reads leaves it to those that write.
	}
	if err != nil || !ended {
		return s, err
	}
	forgotten := *s.AlsoFed
	if s, err = m.read(ctx); err == nil && !s.uses(forgotten.Number) {
		err = m.discard(ctx, forgotten.Number)
	}
	if client.IsUnauthorized(err) {
		return s, nil // Whoever may drop it does so before the next rebuild.
	}
	return s, err
}

// startOver records the empty position for the live views that are there now, with all their
// indexes, unless somebody else did. Epochs begin with the time, so they rise even if all is
// dropped.
func (m *Model) startOver(ctx context.Context, live int) (state, error) {
	views := m.collection(live)
	if err := m.set.MakeIndexes(ctx, views, nil); err != nil {
		return state{}, err
	}
	uuid, err := client.UUID(ctx, views)
	if err != nil {
		return state{}, err
	}
	isNext := pipeline.Max(pipeline.Plus("$epoch", 1), bson.D{{Key: "$toLong", Value: "$$NOW"}})
	another := bson.D{
		{Key: "_id", Value: m.set.Collection},
		{Key: "live.number", Value: bson.D{{Key: "$in", Value: bson.A{live, nil}}}},
		{Key: "live.uuid", Value: bson.D{{Key: "$ne", Value: uuid}}},
	}
	// Nothing is done if somebody else recorded them, or if it is done already.
	upsert := client.Upsert(another, driver.Pipeline{pipeline.Set(
		bson.E{Key: "epoch", Value: isNext}, bson.E{Key: "opened", Value: isNext},
		bson.E{Key: "last", Value: pipeline.Max("$last", live)},
		bson.E{Key: "position", Value: ""},
		bson.E{Key: "live", Value: generation{Number: live, UUID: uuid}},
	)})
	_, err = client.UpdateOne(ctx, m.states, client.Idempotent, upsert)
	if err != nil {
		return state{}, err
	}
	return m.read(ctx)
}
