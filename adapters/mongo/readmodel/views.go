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
	model *Model
	form  Form[V]
}

// NewViews returns the views of m, whose migrations must have run.
func NewViews[V any](m *Model, form Form[V]) *Views[V] { return &Views[V]{m, form} }

// Save puts views in place that are newer than what is there, in each generation that is fed. A
// view that one of them does not take is not put into the next.
func (v *Views[V]) Save(ctx context.Context, views []V) []error {
	saves := newSaveCall(views, v.form)
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

// Live is the collection that readers see.
func (v *Views[V]) Live(ctx context.Context) (*driver.Collection, error) {
	return v.model.live(ctx)
}

// Aggregate runs a pipeline over the live views and decodes all that it gives into the slice that
// found points to. The error is ports.ErrUnavailable or the context's.
func (v *Views[V]) Aggregate(ctx context.Context, pipeline driver.Pipeline, found any) error {
	live, err := v.Live(ctx)
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
