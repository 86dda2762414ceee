package mongo

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/ports"
)

var _ ports.OrderViews = (*OrderViews)(nil)

// viewsName is the collection of views: one document for each order.
const viewsName = "order_reads"

// OrderViews saves views to order_reads and reads them.
type OrderViews struct {
	views *driver.Collection
	hub   *hub
}

// NewOrderViews returns the views of d, to be closed after use. Its migrations must have run.
func NewOrderViews(d *Database) *OrderViews {
	v := &OrderViews{views: d.collection(viewsName)}
	v.hub = newHub(v.versions)
	return v
}

// Close ends all waiting.
func (v *OrderViews) Close() { v.hub.close() }

const (
	// saveDocs and saveBytes limit one write, which is one message to the server.
	saveDocs, saveBytes = 512, 4 << 20
	// saveOverhead is what an upsert adds to its view, at most.
	saveOverhead = 4 << 10
	// upsertTries bounds how often an upsert that lost a race is repeated.
	upsertTries = 10
)

// A saving is a view on its way.
type saving struct {
	index int // Among the views of the call.
	view  ports.OrderView
	model driver.WriteModel
	size  int
}

// Save puts views in place that are newer than what is there.
func (v *OrderViews) Save(ctx context.Context, views []ports.OrderView) []error {
	errs := make([]error, len(views))
	var inserts, upserts []saving
	for i, view := range views {
		s, err := savingOf(view)
		if s.index = i; err != nil {
			errs[i] = fmt.Errorf("save order %s: %w", view.ID, err)
			continue
		}
		if view.Version == 1 {
			inserts = append(inserts, s)
		} else {
			upserts = append(upserts, s)
		}
	}
	for _, batch := range slices.Concat(batches(inserts), batches(upserts)) {
		v.save(ctx, batch, errs)
	}
	for i, view := range views {
		if errs[i] == nil {
			v.hub.saved(view.ID, view.Version)
		}
	}
	if slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		return errs
	}
	return nil
}

// savingOf makes an insert of a first version, since whatever is there already is not older.
// Of later ones it makes an upsert that decides on the server. With {version: {$lt: v}} in its
// filter instead, it would lose updates when two versions of an order are saved at once.
func savingOf(view ports.OrderView) (saving, error) {
	document, err := encodeView(view)
	if err != nil {
		return saving{}, err
	}
	if len(document) > maxDocument-saveOverhead {
		return saving{}, fmt.Errorf("%d bytes are more than MongoDB stores", len(document))
	}
	s := saving{view: view, size: len(document)}
	if view.Version == 1 {
		s.model = driver.NewInsertOneModel().SetDocument(document)
		return s, nil
	}
	older := bson.D{{Key: "$lt", Value: bson.A{"$version", view.Version}}}
	literally := bson.D{{Key: "$literal", Value: document}}
	s.model = driver.NewUpdateOneModel().SetUpsert(true).
		SetFilter(bson.D{{Key: "_id", Value: view.ID}}).
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

// save writes one batch and puts an error for each view that is not in place into errs.
func (v *OrderViews) save(ctx context.Context, batch []saving, errs []error) {
	for try := 1; len(batch) > 0; try++ {
		models := make([]driver.WriteModel, len(batch))
		for i, s := range batch {
			models[i] = s.model
		}
		refused, err := bulkWrite(ctx, v.views, models)
		var again []saving
		for i, s := range batch {
			refusal, is := refused[i]
			switch {
			case err != nil:
				errs[s.index] = fmt.Errorf("save order %s: %w", s.view.ID, translate(ctx, err))
			case !is, refusal.Code == codeDuplicateKey && s.view.Version == 1:
			case refusal.Code == codeDuplicateKey && try < upsertTries:
				again = append(again, s)
			default:
				errs[s.index] = fmt.Errorf("save order %s: %w", s.view.ID, refusalOf(refusal))
			}
		}
		batch = again
	}
}

// refusalOf tells a refusal that may end from one that will not.
func refusalOf(e driver.WriteError) error {
	if slices.Contains(notNow, e.Code) || e.Code == codeDuplicateKey {
		return fmt.Errorf("%w: %s", ports.ErrUnavailable, e.Error())
	}
	return fmt.Errorf("MongoDB refuses it: %w", e)
}
