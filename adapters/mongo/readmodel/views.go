package readmodel

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/ports"
)

var _ ports.Views[ports.OrderView] = (*Views[ports.OrderView])(nil)

// Views keeps views of one kind, one document for each order. Every read model is one.
type Views[V any] struct {
	model  *Model
	form   Form[V]
	onSave func(views []V, term int64)
}

// NewViews returns the views of m, whose migrations must have run.
func NewViews[V any](m *Model, form Form[V]) *Views[V] {
	return &Views[V]{m, form, func([]V, int64) {}}
}

// OnSave makes v tell which views are in place: durable ones if term is 0, else provisional
// ones in that term of the primary. It is to be called before v is used.
func (v *Views[V]) OnSave(tell func(views []V, term int64)) { v.onSave = tell }

// tellSaved tells of the views that have no error.
func (v *Views[V]) tellSaved(views []V, errs []error, term int64) {
	if errs != nil {
		var saved []V
		for i, err := range errs {
			if err == nil {
				saved = append(saved, views[i])
			}
		}
		views = saved
	}
	v.onSave(views, term)
}

// Save puts views in place that are newer than what is there, in each generation that is fed. A
// view that one of them does not take is not put into the next.
func (v *Views[V]) Save(ctx context.Context, views []V) []error {
	errs := v.save(ctx, views, client.WriteAll)
	v.tellSaved(views, errs, 0)
	return errs
}

func (v *Views[V]) save(ctx context.Context, views []V, writeAll writeFunc) []error {
	saves := newSaveCall(views, v.form, writeAll)
	now, err := v.model.current(ctx)
	if err != nil {
		saves.fail(err)
		return saves.result()
	}
	for _, number := range now.fed() {
		saves.put(ctx, v.model.collection(number))
	}
	return saves.result()
}

// Latest is the collection that readers see, with what is provisional in it.
func (v *Views[V]) Latest(ctx context.Context) (*driver.Collection, error) {
	s, err := v.model.current(ctx)
	if err != nil {
		return nil, err
	}
	return v.model.db.Latest(v.model.name(s.Live.Number)), nil
}

// Durable is the collection that readers see, without what is provisional in it.
func (v *Views[V]) Durable(ctx context.Context) (*driver.Collection, error) {
	s, err := v.model.current(ctx)
	if err != nil {
		return nil, err
	}
	return v.model.collection(s.Live.Number), nil
}

// Aggregate runs a pipeline over the live views and decodes all that it gives into the slice that
// found points to. The error is ports.ErrUnavailable or the context's.
func (v *Views[V]) Aggregate(ctx context.Context, pipeline driver.Pipeline, found any) error {
	live, err := v.Latest(ctx)
	if err != nil {
		return err
	}
	cursor, err := live.Aggregate(ctx, pipeline)
	if err == nil {
		err = cursor.All(ctx, found)
	}
	return client.Translate(ctx, err)
}

// LogUnreadable logs a document that cannot be read, once in an hour.
func (v *Views[V]) LogUnreadable(ctx context.Context, id bson.RawValue, why error) {
	key := document.Key(id)
	if m := v.model; m.unread.ShouldLog(key) {
		m.db.Log.ErrorContext(ctx,
			"A document cannot be read: run orders projection verify --repair",
			"collection", m.set.Collection, "_id", key, "error", why)
	}
}
