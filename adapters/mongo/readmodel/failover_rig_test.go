package readmodel_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/memory"
	"orders/adapters/mongo/customer"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
	customerports "orders/ports/customer"
	"orders/test/mongotest"
)

// Moments are what a test does while the projection of a read model runs, each once.
type moments struct {
	beforeSave    func()
	betweenSaves  func() // Half of the views are saved.
	afterSave     func()
	beforeDurable func()
	afterDurable  func(error)
}

// A rig is a read model on a replica set that fails over, and the commits that it shows, which are
// kept elsewhere.
type rig[V any] struct {
	definition projection.Definition[V]
	source     projection.Source
	commits    ports.EventStore
	there      *driver.Database // That of the views.
	collection string
	ids        []order.ID
}

// ordersRig keeps the views of orders in a database of its own on a set.
func ordersRig(t *testing.T, uri string) *rig[ports.OrderView] {
	t.Helper()
	m := fixture.MigratedModel(t, uri)
	return newRig(t, uri, "order_reads", projection.Definition[ports.OrderView]{
		Name: "orders", With: ports.OrderView.With, Size: ports.OrderView.Size, Model: m.ReadModel,
	})
}

// customersRig keeps the rows of the customer module.
func customersRig(t *testing.T, uri string) *rig[customerports.Row] {
	t.Helper()
	d := fixture.Migrated(t, uri, orders.Set, customer.Set)
	return newRig(t, uri, customer.Set.Collection, projection.Definition[customerports.Row]{
		Name: "summary", With: customerports.Row.With, Size: customerports.Row.Size,
		Model: customer.NewPurchases(d).Model(),
	})
}

func newRig[V any](
	t *testing.T, uri, collection string, d projection.Definition[V],
) *rig[V] {
	t.Helper()
	d.Model.Lease = new(memory.Lease) // It is not what fails here.
	s := memory.NewEventStore()
	r := &rig[V]{
		definition: d, commits: s, source: projection.Source{Feed: s, History: s, Archive: s},
		there: mongotest.Database(t, uri), collection: collection,
	}
	for n := range 40 {
		r.commit(t, 1+n%3)
	}
	return r
}

// commit makes an order with so many commits.
func (r *rig[V]) commit(t *testing.T, versions int) order.ID {
	t.Helper()
	id := fixture.NewID()
	r.ids = append(r.ids, id)
	events := []order.Event{
		fixture.Created("ann"), order.PutOnHold{Reason: "other"}, order.Released{},
	}
	for _, e := range events[:versions] {
		r.goOn(t, id, e)
	}
	return id
}

// goOn commits an event of an order.
func (r *rig[V]) goOn(t *testing.T, id order.ID, e order.Event) {
	t.Helper()
	past, err := r.commits.Load(t.Context(), id)
	if err == nil {
		err = r.commits.Append(t.Context(), past, fixture.Next(past, e))
	}
	if err != nil {
		t.Error(err)
	}
}

// projection makes the projection, which meets these moments.
func (r *rig[V]) projection(m moments) projection.Projection {
	d := r.definition
	d.Model.Provisional = &interrupted[V]{Provisional: d.Model.Provisional, moments: m}
	return projection.New(d, r.source, slog.New(slog.DiscardHandler))
}

// run runs the projection until all is right by itself: no view is missing, and the position is
// that of the last commit.
func (r *rig[V]) run(t *testing.T, m moments) {
	t.Helper()
	p := r.projection(m)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	r.comesRight(t, p)
	cancel()
	fixture.Await(t, "the projection to end", running.Wait)
}

func (r *rig[V]) comesRight(t *testing.T, p projection.Projection) {
	t.Helper()
	ctx := fixture.Patient(t)
	var err error
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		var status ports.ProjectionStatus
		if status, err = p.Status(ctx); err == nil && status.Lag.CaughtUp() {
			break
		}
		err = errors.Join(err, fmt.Errorf("it lags by %d commits", status.Lag.Commits))
	}
	if err != nil {
		t.Errorf("the position does not move on: %v", err)
	}
	totals, err := p.Verify(fixture.Patient(t), func(f projection.Finding) {
		t.Errorf("the view of order %s is %s", f.ID, f.Flaw)
	})
	if err != nil || totals.Orders == 0 {
		t.Errorf("verified %+v, %v", totals, err)
	}
}

// findsPrimary returns once the client of the views knows which member is primary.
func (r *rig[V]) findsPrimary(t *testing.T) {
	t.Helper()
	fixture.Eventually(t, func() error {
		_, err := r.definition.Model.Parked.List(context.Background(), "", 1)
		return err
	})
}

// shown is how many views there are, also provisional ones.
func (r *rig[V]) shown(t *testing.T) int {
	t.Helper()
	n, err := r.there.Collection(r.collection).CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Error(err)
	}
	return int(n)
}

// interrupted is a Provisional to whose moments something happens.
type interrupted[V any] struct {
	ports.Provisional[V]
	moments
	once struct{ beforeSave, betweenSaves, afterSave, beforeDurable, afterDurable sync.Once }
}

func (i *interrupted[V]) Save(ctx context.Context, views []V) []error {
	once(&i.once.beforeSave, i.beforeSave)
	half := len(views) / 2
	errs := make([]error, len(views))
	copy(errs, i.Provisional.Save(ctx, views[:half]))
	once(&i.once.betweenSaves, i.betweenSaves)
	copy(errs[half:], i.Provisional.Save(ctx, views[half:]))
	once(&i.once.afterSave, i.afterSave)
	return errs
}

func (i *interrupted[V]) MakeDurable(ctx context.Context) error {
	once(&i.once.beforeDurable, i.beforeDurable)
	err := i.Provisional.MakeDurable(ctx)
	if i.afterDurable != nil {
		once(&i.once.afterDurable, func() { i.afterDurable(err) })
	}
	return err
}

func once(o *sync.Once, do func()) {
	if do != nil {
		o.Do(do)
	}
}
