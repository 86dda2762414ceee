package mongo

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/domain/order"
	"orders/ports"
)

// Latest keeps the latest version of a document for each order. Every read model is one.
type Latest struct{ collection *driver.Collection }

// NewLatest returns the documents of a collection in d, which its migrations have made.
func NewLatest(d *Database, collection string) *Latest { return &Latest{d.collection(collection)} }

// A Document is what is kept of an order at a version.
type Document struct {
	ID      order.ID
	Version int
	Content any // Encodes to BSON that has the ID as _id and the Version as version.
}

const (
	// saveDocs and saveBytes limit one write, which is one message to the server.
	saveDocs, saveBytes = 512, 4 << 20
	// saveOverhead is what an upsert adds to its document, at most.
	saveOverhead = 4 << 10
	// upsertTries bounds how often an upsert that lost a race is repeated.
	upsertTries = 10
)

// A saving is a document on its way.
type saving struct {
	index   int // Among the documents of the call.
	id      order.ID
	version int
	model   driver.WriteModel
	size    int
}

// Save puts documents in place that are newer than what is there. It returns nil, or an error for
// each document at its index, nil where it or a later one is in place now.
func (l *Latest) Save(ctx context.Context, documents []Document) []error {
	errs := make([]error, len(documents))
	var inserts, upserts []saving
	for i, d := range documents {
		s, err := savingOf(d)
		if s.index = i; err != nil {
			errs[i] = fmt.Errorf("save order %s: %w", d.ID, err)
			continue
		}
		if d.Version == 1 {
			inserts = append(inserts, s)
		} else {
			upserts = append(upserts, s)
		}
	}
	for _, batch := range slices.Concat(batches(inserts), batches(upserts)) {
		l.save(ctx, batch, errs)
	}
	if slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		return errs
	}
	return nil
}

// savingOf makes an insert of a first version, since whatever is there already is not older.
// Of later ones it makes an upsert that decides on the server. With {version: {$lt: v}} in its
// filter instead, it would lose updates when two versions of an order are saved at once.
func savingOf(d Document) (saving, error) {
	content, err := bson.Marshal(d.Content)
	if err != nil {
		return saving{}, err
	}
	if len(content) > maxDocument-saveOverhead {
		return saving{}, fmt.Errorf("%d bytes are more than MongoDB stores", len(content))
	}
	s := saving{id: d.ID, version: d.Version, size: len(content)}
	if d.Version == 1 {
		s.model = driver.NewInsertOneModel().SetDocument(bson.Raw(content))
		return s, nil
	}
	older := bson.D{{Key: "$lt", Value: bson.A{"$version", d.Version}}}
	literally := bson.D{{Key: "$literal", Value: bson.Raw(content)}}
	s.model = driver.NewUpdateOneModel().SetUpsert(true).
		SetFilter(bson.D{{Key: "_id", Value: d.ID}}).
		SetUpdate(driver.Pipeline{{{Key: "$replaceWith", Value: bson.D{
			{Key: "$cond", Value: bson.A{older, literally, "$$ROOT"}},
		}}}})
	return s, nil
}

// batches cuts savings into what one message holds.
func batches(savings []saving) (all [][]saving) {
	size := 0
	for _, s := range savings {
		last := len(all) - 1
		if size += s.size; last < 0 || size > saveBytes || len(all[last]) == saveDocs {
			all, size = append(all, nil), s.size
			last++
		}
		all[last] = append(all[last], s)
	}
	return all
}

// save writes one batch and puts an error for each document that is not in place into errs.
func (l *Latest) save(ctx context.Context, batch []saving, errs []error) {
	for try := 1; len(batch) > 0; try++ {
		models := make([]driver.WriteModel, len(batch))
		for i, s := range batch {
			models[i] = s.model
		}
		refused, err := bulkWrite(ctx, l.collection, models)
		var again []saving
		for i, s := range batch {
			refusal, is := refused[i]
			switch {
			case err != nil:
				errs[s.index] = fmt.Errorf("save order %s: %w", s.id, translate(ctx, err))
			case !is, isTaken(refusal) && s.version == 1:
			case isTaken(refusal) && try < upsertTries:
				again = append(again, s)
			default:
				errs[s.index] = fmt.Errorf("save order %s: %w", s.id, refusalOf(refusal))
			}
		}
		batch = again
	}
}

// refusalOf tells a refusal that may end from one that will not.
func refusalOf(e driver.WriteError) error {
	if isForEver(e) {
		return fmt.Errorf("MongoDB refuses it: %w", e)
	}
	return fmt.Errorf("%w: %s", ports.ErrUnavailable, e.Error())
}

// Aggregate runs a pipeline over the documents and decodes all that it gives into the slice that
// found points to. The error is ports.ErrUnavailable or the context's.
func (l *Latest) Aggregate(ctx context.Context, pipeline driver.Pipeline, found any) error {
	cursor, err := l.collection.Aggregate(ctx, pipeline)
	if err == nil {
		err = cursor.All(ctx, found)
	}
	return translate(ctx, err)
}
