package readmodel

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"golang.org/x/sync/errgroup"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"
	"orders/domain/order"
)

const (
	// saveDocs and saveBytes limit one write, which is one message to the server.
	saveDocs, saveBytes = 1000, 4 << 20
	// savesAtOnce are under way for one Save, unless they would be of fewer than saveLeast.
	savesAtOnce, saveLeast = 2, 32
	// saveOverhead is what an upsert adds to its document, at most.
	saveOverhead = 4 << 10
	// upsertTries bounds how often an upsert that lost a race is repeated.
	upsertTries = 10
)

// A saving is a document on its way.
type saving struct {
	index   int // Among the views of the call.
	id      order.ID
	version int
	content bson.Raw
}

// saves is one call of a Save: its documents, and an error for each that was not put in place.
type saves struct {
	all  []saving
	errs []error
}

func newSaves[V any](views []V, form Form[V]) *saves {
	s := &saves{all: make([]saving, 0, len(views)), errs: make([]error, len(views))}
	for i, v := range views {
		d := form(v)
		if len(d.Content) > client.MaxDocument-saveOverhead {
			s.errs[i] = fmt.Errorf("save order %s: %d bytes are more than MongoDB stores",
				d.ID, len(d.Content))
			continue
		}
		s.all = append(s.all, saving{i, d.ID, d.Version, d.Content})
	}
	return s
}

// result is nil or an error for each view at its index.
func (s *saves) result() []error {
	if slices.ContainsFunc(s.errs, func(err error) bool { return err != nil }) {
		return s.errs
	}
	return nil
}

// fail is what became of all that have no error yet.
func (s *saves) fail(err error) {
	for _, d := range s.left() {
		s.errs[d.index] = fmt.Errorf("save order %s: %w", d.id, err)
	}
}

// left are the documents without an error.
func (s *saves) left() (left []saving) {
	for _, d := range s.all {
		if s.errs[d.index] == nil {
			left = append(left, d)
		}
	}
	return left
}

// put puts documents in place that are newer than what is there: first versions by inserts, since
// mostly there is nothing, and all others by upserts.
func (s *saves) put(ctx context.Context, to *driver.Collection) {
	var firsts, others []saving
	for _, d := range s.left() {
		if d.version == 1 {
			firsts = append(firsts, d)
		} else {
			others = append(others, d)
		}
	}
	var both errgroup.Group
	both.Go(func() error {
		s.share(ctx, to, firsts, client.Inserts)
		return nil
	})
	s.share(ctx, to, others, client.Updates)
	_ = both.Wait()
}

// share writes savings in several batches at once, if there are enough of them.
func (s *saves) share(ctx context.Context, to *driver.Collection, all []saving, how client.Kind) {
	var writes errgroup.Group
	writes.SetLimit(savesAtOnce)
	for _, batch := range batches(all, shareOf(len(all))) {
		writes.Go(func() error {
			s.write(ctx, to, batch, how)
			return nil
		})
	}
	_ = writes.Wait() // What failed stands in errs.
}

// shareOf is how many of n documents one write has.
func shareOf(n int) int {
	shares := min(savesAtOnce, max(1, n/saveLeast))
	return min(saveDocs, (n+shares-1)/shares)
}

// fill is put for a collection in which most orders are not yet: an insert costs the server much
// less than an upsert.
func (s *saves) fill(ctx context.Context, to *driver.Collection) {
	for _, batch := range batches(s.left(), saveDocs) {
		s.write(ctx, to, batch, client.Inserts)
	}
}

// statements are those that put a batch in place.
func statements(batch []saving, k client.Kind) ([]bson.Raw, error) {
	all := make([]bson.Raw, len(batch))
	for i, d := range batch {
		if all[i] = d.content; k.Name == client.Inserts.Name {
			continue
		}
		var err error
		if all[i], err = bson.Marshal(d.upsert()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// upsert decides on the server. With {version: {$lt: v}} in its filter instead, it would lose
// updates when two versions of an order are saved at once.
func (d saving) upsert() bson.D {
	older := bson.D{{Key: "$lt", Value: bson.A{storedVersion, d.version}}}
	return client.Upsert(bson.D{{Key: "_id", Value: d.id}}, bson.A{
		bson.D{{Key: "$replaceWith", Value: bson.D{
			{Key: "$cond", Value: bson.A{older, pipeline.Literal(d.content), "$$ROOT"}},
		}}},
	})
}

// batches cuts savings into what one message holds, at most docs each.
func batches(savings []saving, docs int) (all [][]saving) {
	size := 0
	for _, s := range savings {
		last := len(all) - 1
		if size += len(s.content); last < 0 || size > saveBytes || len(all[last]) == docs {
			all, size = append(all, nil), len(s.content)
			last++
		}
		all[last] = append(all[last], s)
	}
	return all
}

// write writes one batch. What cannot be inserted, as its _id is taken, is tried again as upserts:
// what is there may be older, or of no version.
func (s *saves) write(
	ctx context.Context, to *driver.Collection, batch []saving, how client.Kind,
) {
	for try := 1; len(batch) > 0; try++ {
		all, err := statements(batch, how)
		var refused map[int]driver.WriteError
		if err == nil {
			refused, err = client.WriteAll(ctx, to, how, all)
		}
		var again []saving
		for i, d := range batch {
			refusal, is := refused[i]
			switch {
			case err != nil:
				s.errs[d.index] = fmt.Errorf("save order %s: %w", d.id, client.Translate(ctx, err))
			case !is:
			case client.IsTaken(refusal) && try < upsertTries:
				again = append(again, d)
			default:
				s.errs[d.index] = fmt.Errorf("save order %s: %w", d.id, client.RefusalOf(refusal))
			}
		}
		batch, how = again, client.Updates
	}
}
