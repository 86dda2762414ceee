package readmodel

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"golang.org/x/sync/errgroup"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
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

// A Form is how views of a kind are stored.
type Form[V any] func(V) Document

// A Document is what is kept of an order at a version.
type Document struct {
	ID      order.ID
	Version int
	Content bson.Raw // Has the ID as _id and the Version as version.
}

// A pendingDocument is a document on its way.
type pendingDocument struct {
	index   int // Among the views of the call.
	id      order.ID
	version int
	content bson.Raw
}

// saveCall is one call of a Save: its documents, and an error for each that was not put in place.
type saveCall struct {
	documents []pendingDocument
	errs      []error
	writeAll  writeFunc
}

// A writeFunc is client.WriteAll, or does the same.
type writeFunc func(
	ctx context.Context, to *driver.Collection, k client.Kind, statements []bson.Raw,
) (refused map[int]driver.WriteError, err error)

func newSaveCall[V any](views []V, form Form[V], writeAll writeFunc) *saveCall {
	s := &saveCall{
		documents: make([]pendingDocument, 0, len(views)), errs: make([]error, len(views)),
		writeAll: writeAll,
	}
	for i, v := range views {
		d := form(v)
		if len(d.Content) > client.MaxDocument-saveOverhead {
			s.errs[i] = fmt.Errorf("save order %s: %d bytes are more than MongoDB stores",
				d.ID, len(d.Content))
			continue
		}
		s.documents = append(s.documents, pendingDocument{i, d.ID, d.Version, d.Content})
	}
	return s
}

// result is nil or an error for each view at its index.
func (s *saveCall) result() []error {
	if slices.ContainsFunc(s.errs, func(err error) bool { return err != nil }) {
		return s.errs
	}
	return nil
}

// fail is what became of all that have no error yet.
func (s *saveCall) fail(err error) {
	for _, d := range s.pending() {
		s.errs[d.index] = fmt.Errorf("save order %s: %w", d.id, err)
	}
}

// pending are the documents without an error.
func (s *saveCall) pending() (left []pendingDocument) {
	for _, d := range s.documents {
		if s.errs[d.index] == nil {
			left = append(left, d)
		}
	}
	return left
}

// put puts documents in place that are newer than what is there: first versions by inserts, since
// mostly there is nothing, and all others by upserts.
func (s *saveCall) put(ctx context.Context, to *driver.Collection) {
	var firsts, others []pendingDocument
	for _, d := range s.pending() {
		if d.version == 1 {
			firsts = append(firsts, d)
		} else {
			others = append(others, d)
		}
	}
	var both errgroup.Group
	both.Go(func() error {
		s.writeAtOnce(ctx, to, firsts, client.Inserts)
		return nil
	})
	s.writeAtOnce(ctx, to, others, client.Updates)
	_ = both.Wait()
}

// writeAtOnce writes documents in several batches at once, if there are enough of them.
func (s *saveCall) writeAtOnce(
	ctx context.Context, to *driver.Collection, all []pendingDocument, how client.Kind,
) {
	var writes errgroup.Group
	writes.SetLimit(savesAtOnce)
	for _, batch := range batches(all, perWrite(len(all))) {
		writes.Go(func() error {
			s.write(ctx, to, batch, how)
			return nil
		})
	}
	_ = writes.Wait() // What failed stands in errs.
}

// perWrite is how many of n documents one write has.
func perWrite(n int) int {
	shares := min(savesAtOnce, max(1, n/saveLeast))
	return min(saveDocs, (n+shares-1)/shares)
}

// fill is put for a collection in which most orders are not yet: an insert costs the server much
// less than an upsert.
func (s *saveCall) fill(ctx context.Context, to *driver.Collection) {
	for _, batch := range batches(s.pending(), saveDocs) {
		s.write(ctx, to, batch, client.Inserts)
	}
}

// statements are those that put a batch in place.
func statements(batch []pendingDocument, k client.Kind) ([]bson.Raw, error) {
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
func (d pendingDocument) upsert() bson.D {
	older := bson.D{{Key: "$lt", Value: bson.A{document.StoredVersion, d.version}}}
	return client.Upsert(bson.D{{Key: "_id", Value: d.id}}, bson.A{
		bson.D{{Key: "$replaceWith", Value: bson.D{
			{Key: "$cond", Value: bson.A{older, pipeline.Literal(d.content), "$$ROOT"}},
		}}},
	})
}

// batches cuts documents into what one message holds, at most docs each.
func batches(documents []pendingDocument, docs int) (all [][]pendingDocument) {
	size := 0
	for _, s := range documents {
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
func (s *saveCall) write(
	ctx context.Context, to *driver.Collection, batch []pendingDocument, how client.Kind,
) {
	for try := 1; len(batch) > 0; try++ {
		all, err := statements(batch, how)
		var refused map[int]driver.WriteError
		if err == nil {
			refused, err = s.writeAll(ctx, to, how, all)
		}
		var again []pendingDocument
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
