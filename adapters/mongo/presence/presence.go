// Package presence keeps who takes commands, or imports, in one document beside the commits: so
// that one update decides who is let in.
package presence

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

// Collection is that of the document. The first process that enters makes it.
const Collection = "order_presence"

// ofCommands is the _id of the document.
const ofCommands = "commands"

// forgotten is how long after its time an entrant is kept: most likely it was killed.
const forgotten = time.Hour

var _ ports.Presence = (*Presence)(nil)

// Presence is a ports.Presence in MongoDB.
type Presence struct {
	in *driver.Collection

	mu    sync.Mutex
	since map[string]string // See entered.go.
}

// New returns the presence in d.
func New(d *client.Database) *Presence {
	return &Presence{in: d.Collection(Collection), since: map[string]string{}}
}

// Enter implements ports.Presence. An upsert cannot do it at once: its filter may not look at the
// time.
func (p *Presence) Enter(ctx context.Context, e ports.Entrant, d time.Duration) (bool, error) {
	if err := p.prepare(ctx); err != nil {
		return false, fmt.Errorf("enter %s: %w", Collection, client.Translate(ctx, err))
	}
	keepsOut := and(isLive(), not(isNamed(e.Name)))
	var stay any = not(isNamed(e.Name)) // Who is kept, of those whom it need not keep out.
	if e.Imports {
		stay = false
	} else {
		keepsOut = and(keepsOut, imports())
		stay = and(stay, not(imports()), bson.D{{Key: "$gt", Value: bson.A{
			"$$e.until", pipeline.FromNow(-forgotten),
		}}})
	}
	filter := append(theDocument(), bson.E{Key: "$expr", Value: not(bson.D{
		{Key: "$anyElementTrue", Value: bson.A{bson.D{{Key: "$map", Value: bson.D{
			{Key: "input", Value: all}, {Key: "as", Value: "e"}, {Key: "in", Value: keepsOut},
		}}}}},
	})})
	set := []bson.E{with(stay, entry(e, d))}
	if e.Imports {
		set = append(set, bson.E{Key: "lastImport", Value: pipeline.Literal(rand.Text())})
	}
	entered, err := client.UpdateOne(ctx, p.in, client.Idempotent,
		client.Update(filter, driver.Pipeline{pipeline.Set(set...)}))
	if err == nil && entered && !e.Imports {
		err = p.remember(ctx, e.Name)
	}
	if err != nil {
		return false, fmt.Errorf("enter %s: %w", Collection, client.Translate(ctx, err))
	}
	return entered, nil
}

// prepare makes the document, or takes out what is none of ours.
func (p *Presence) prepare(ctx context.Context) error {
	_, err := client.UpdateOne(ctx, p.in, client.Idempotent,
		client.Upsert(theDocument(), driver.Pipeline{pipeline.Set(
			bson.E{Key: "present", Value: all})}))
	return err
}

// Stay implements ports.Presence. Whoever enters takes out those who may not be beside him.
func (p *Presence) Stay(ctx context.Context, name string, d time.Duration) (bool, error) {
	later := bson.D{{Key: "$mergeObjects", Value: bson.A{
		"$$e", bson.D{{Key: "until", Value: pipeline.FromNow(d)}},
	}}}
	renewed := bson.D{{Key: "$map", Value: bson.D{
		{Key: "input", Value: all}, {Key: "as", Value: "e"},
		{Key: "in", Value: bson.D{{Key: "$cond", Value: bson.A{isNamed(name), later, "$$e"}}}},
	}}}
	stays, err := client.UpdateOne(ctx, p.in, client.Idempotent, client.Update(
		append(theDocument(), bson.E{Key: "present.name", Value: name}),
		driver.Pipeline{pipeline.Set(bson.E{Key: "present", Value: renewed})}))
	if err == nil && !stays {
		stays, err = p.comeBack(ctx, name, d)
	}
	if err != nil {
		return false, fmt.Errorf("stay in %s: %w", Collection, client.Translate(ctx, err))
	}
	return stays, nil
}

// Leave implements ports.Presence.
func (p *Presence) Leave(ctx context.Context, name string) error {
	p.forget(name)
	_, err := client.UpdateOne(ctx, p.in, client.Idempotent, client.Update(
		append(theDocument(), bson.E{Key: "present.name", Value: name}),
		driver.Pipeline{pipeline.Set(
			bson.E{Key: "present", Value: those(not(isNamed(name)))})}))
	if err != nil {
		return fmt.Errorf("leave %s: %w", Collection, client.Translate(ctx, err))
	}
	return nil
}

// Present implements ports.Presence.
func (p *Presence) Present(ctx context.Context) ([]ports.Entrant, error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	found, err := p.in.Aggregate(ctx, driver.Pipeline{
		{{Key: "$match", Value: theDocument()}},
		{{Key: "$project", Value: bson.D{{Key: "present", Value: those(isLive())}}}},
	})
	var kept []struct {
		Present []struct {
			Name    string `bson:"name"`
			Imports bool   `bson:"imports"`
		} `bson:"present"`
	}
	if err == nil {
		err = found.All(ctx, &kept)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Collection, client.Translate(ctx, err))
	}
	var in []ports.Entrant
	for _, each := range kept {
		for _, e := range each.Present {
			in = append(in, ports.Entrant{Name: document.Valid(e.Name), Imports: e.Imports})
		}
	}
	slices.SortFunc(in, func(a, b ports.Entrant) int { return cmp.Compare(a.Name, b.Name) })
	return in, nil
}
