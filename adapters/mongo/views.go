package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/domain/order"
	"orders/ports"
)

var _ ports.Views[ports.OrderView] = (*Views[ports.OrderView])(nil)

// A Form is how views of a kind are stored.
type Form[V any] func(V) Document

// A Document is what is kept of an order at a version.
type Document struct {
	ID      order.ID
	Version int
	Content bson.Raw // Has the ID as _id and the Version as version.
}

// Views keeps views of one kind, one document for each order. Every read model is one.
type Views[V any] struct {
	model *model
	form  Form[V]
}

// NewViews returns the views in d that set is for, whose migrations must have run.
func NewViews[V any](d *Database, set Set, form Form[V]) *Views[V] {
	return &Views[V]{d.model(set), form}
}

// Save puts views in place that are newer than what is there, in each generation that is fed. A
// view that one of them does not take is not put into the next.
func (v *Views[V]) Save(ctx context.Context, views []V) []error {
	saves := newSaves(views, v.form)
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

// Aggregate runs a pipeline over the live views and decodes all that it gives into the slice that
// found points to. The error is ports.ErrUnavailable or the context's.
func (v *Views[V]) Aggregate(ctx context.Context, pipeline driver.Pipeline, found any) error {
	live, err := v.model.live(ctx)
	if err != nil {
		return err
	}
	cursor, err := live.Aggregate(ctx, pipeline)
	if err == nil {
		err = cursor.All(ctx, found)
	}
	return translate(ctx, err)
}

// Model is all that keeping the views of one kind takes, in d. Its checkpoint is its own.
func Model[V any](
	d *Database, set Set, views ports.Views[V], form Form[V],
) ports.ReadModel[V] {
	return ports.ReadModel[V]{
		Views:       views,
		Checkpoint:  NewCheckpoint(d, set),
		Generations: NewGenerations(d, set, form),
		Parked:      NewParked(d, set),
		Lease:       NewLease(d, set),
	}
}
