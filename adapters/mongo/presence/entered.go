package presence

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

// A process that takes commands may stay unless an import began since it entered. It knows after
// which import that was, so it may come back though it is no longer in the document: as after an
// outage so long that it was forgotten, or when somebody has dropped the collection.

// remember notes after which import an entrant entered, as its entry says.
func (p *Presence) remember(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	var kept struct {
		Present []struct {
			Name  string `bson:"name"`
			Since string `bson:"since"`
		} `bson:"present"`
	}
	found, err := p.in.Aggregate(ctx, driver.Pipeline{
		{{Key: "$match", Value: theDocument()}},
		{{Key: "$project", Value: bson.D{{Key: "present", Value: those(isNamed(name))}}}},
	})
	if err != nil {
		return err
	}
	defer client.CloseSoon(ctx, found)
	if found.Next(ctx) {
		err = found.Decode(&kept)
	}
	if err == nil {
		err = found.Err()
	}
	if err == nil && len(kept.Present) == 0 {
		err = fmt.Errorf("it was taken out at once: %w", ports.ErrUnavailable)
	}
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since[name] = kept.Present[0].Since
	return nil
}

func (p *Presence) forget(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, name)
}

// comeBack enters again if no import began since, and reports whether that is so.
func (p *Presence) comeBack(ctx context.Context, name string, d time.Duration) (bool, error) {
	p.mu.Lock()
	since, entered := p.since[name]
	p.mu.Unlock()
	if !entered {
		return false, nil
	}
	if err := p.prepare(ctx); err != nil {
		return false, err
	}
	isSame := bson.D{{Key: "$eq", Value: bson.A{lastImport, pipeline.Literal(since)}}}
	filter := append(theDocument(), bson.E{Key: "$expr", Value: isSame})
	again := with(not(isNamed(name)), entry(ports.Entrant{Name: name}, d))
	return client.UpdateOne(ctx, p.in, client.Idempotent,
		client.Update(filter, driver.Pipeline{pipeline.Set(again)}))
}
