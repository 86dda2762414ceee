package readmodel

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
	"orders/ports/clock"
)

// Switch makes the indexes that the generation lacks, and then flips one document.
func (g *Generations[V]) Switch(ctx context.Context, number int) error {
	err := g.prepare(ctx, number)
	if err == nil {
		err = g.awaitFed(ctx, number)
	}
	if err == nil {
		err = g.flip(ctx, number)
	}
	if err != nil {
		return fmt.Errorf("switch %s to generation %d: %w",
			g.model.set.Collection, number, client.Translate(ctx, err))
	}
	return nil
}

// prepare makes the indexes that the generation lacks.
func (g *Generations[V]) prepare(ctx context.Context, number int) error {
	err := g.indexHeld(ctx, number)
	if err != nil {
		return fmt.Errorf("index generation %d of %s: %w",
			number, g.model.set.Collection, client.Translate(ctx, err))
	}
	return nil
}

// indexHeld makes the indexes, however long that takes, while it keeps the generation open.
func (g *Generations[V]) indexHeld(ctx context.Context, number int) error {
	if err := g.renew(ctx, number); isConflict(err) {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for clock.Sleep(ctx, openTime/5) == nil {
			if err := g.renew(ctx, number); isConflict(err) {
				stop(err)
			}
		}
	}()
	err := g.index(ctx, number)
	stop(nil)
	<-ended
	if cause := context.Cause(ctx); isConflict(cause) {
		return cause
	}
	return err
}

// index gives the generation the indexes of the live one, whoever made those.
func (g *Generations[V]) index(ctx context.Context, number int) error {
	s, err := g.model.read(ctx)
	if err != nil {
		return err
	}
	given, err := migrate.IndexesOf(ctx, g.model.collection(s.Live.Number))
	if err != nil {
		return err
	}
	return g.model.set.MakeIndexes(ctx, g.model.collection(number), given)
}

// flip makes the generation the live one, if it is open and nobody dropped its collection. When
// its outcome is in doubt it tries once more: if it happened, that finds nothing to do, and waits
// until a majority knows, so that it can be looked up.
func (g *Generations[V]) flip(ctx context.Context, number int) error {
	uuid, err := client.UUID(ctx, g.model.collection(number))
	if err != nil {
		return err
	}
	ours := append(isOpenFor(number),
		bson.E{Key: "next.owner", Value: g.opening(number).owner},
		bson.E{Key: "next.uuid", Value: uuid})
	done, err := g.model.transition(ctx, ours, flipped, pipeline.Unset("previous"))
	inDoubt := err != nil
	if inDoubt {
		done, err = g.model.transition(ctx, ours, flipped, pipeline.Unset("previous"))
	}
	if err != nil {
		return err
	}
	s, err := g.model.read(ctx)
	isLive := err == nil && s.Live.Number == number && s.Live.UUID == uuid
	switch {
	case isLive && (done || inDoubt):
		_ = g.model.sweep(ctx) // The next Begin sweeps, too.
	case !done && err != nil:
		return err
	case !done:
		return ports.ErrConflict
	}
	return nil
}

var flipped = pipeline.Set(raiseEpoch,
	bson.E{Key: "live", Value: bson.D{
		{Key: "number", Value: "$next.number"}, {Key: "uuid", Value: "$next.uuid"},
		{Key: "since", Value: "$next.since"},
	}},
	bson.E{Key: "next", Value: bson.D{
		{Key: "number", Value: "$live.number"}, {Key: "uuid", Value: "$live.uuid"},
		{Key: "owner", Value: ""}, {Key: "until", Value: pipeline.FromNow(leaveTime)},
		{Key: "leaving", Value: true},
	}},
)

func isConflict(err error) bool { return errors.Is(err, ports.ErrConflict) }
