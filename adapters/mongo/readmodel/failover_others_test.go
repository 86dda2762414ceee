package readmodel_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

var quiet = slog.New(slog.DiscardHandler)

// An old leader has saved what was taken back, and comes to itself when a new one has gone on.
func twoLeaders(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r, old := ordersRig(t, uri), fixture.OrderModel(t, uri)
	from, err := old.Checkpoint.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	diverge, depose := diverges(t, set, r)
	diverge()
	saveProvisionally(t, r, old.Provisional)
	depose()
	r.run(t, moments{})
	if err := old.Provisional.MakeDurable(t.Context()); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("the old leader makes its views durable: %v, want ErrConflict", err)
	}
	err = old.Checkpoint.Advance(t.Context(), from, "elsewhere")
	if !errors.Is(err, ports.ErrConflict) {
		t.Errorf("the old leader moves the position: %v, want ErrConflict", err)
	}
	r.comesRight(t, r.projection(moments{}))
}

// An order stays on the list until its view is durable.
func parkedOrder(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	parked := r.definition.Model.Parked
	id := r.commit(t, 2)
	err := parked.Park(t.Context(), []ports.ParkedOrder{{ID: id, Version: 1, Since: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	list := func() int {
		all, err := parked.List(context.Background(), "", 10)
		if err != nil {
			t.Error(err)
		}
		return len(all)
	}
	r.definition.Model.Views = never{r.definition.Model.Views} // So no retry releases it.
	diverge, depose := diverges(t, set, r)
	r.run(t, moments{
		beforeSave: diverge,
		beforeDurable: func() {
			depose()
			if list() != 1 {
				t.Error("an order whose view is lost is parked no longer")
			}
		},
		afterDurable: func(err error) {
			if wantConflict(t)(err); list() != 1 {
				t.Error("an order was released, though its view is lost")
			}
		},
	})
	if list() != 0 {
		t.Error("the order is still parked")
	}
}

// never is Views that save nothing.
type never struct{ ports.Views[ports.OrderView] }

func (never) Save(_ context.Context, views []ports.OrderView) []error {
	errs := make([]error, len(views))
	for i := range errs {
		errs[i] = ports.ErrUnavailable
	}
	return errs
}

// A rebuild has put all into its candidate. One more commit comes, whose view is saved there, too,
// and lost there as well. Then the candidate goes live.
func candidate(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	r.run(t, moments{})
	saved, lost := make(chan struct{}), make(chan struct{})
	p := r.projection(moments{
		afterSave:     func() { close(saved) },
		beforeDurable: func() { fixture.Await(t, "the loss of the view", func() { <-lost }) },
		afterDurable:  wantConflict(t),
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	inCandidate := func(id order.ID, want int64) {
		n, err := r.there.Collection("order_reads_2").CountDocuments(ctx, bson.M{"_id": id})
		if err != nil || n != want {
			t.Errorf("%d views in the candidate, %v; want %d", n, err, want)
		}
	}
	r.definition.Model.Generations = &switching{r.definition.Model.Generations, func() {
		d := set.Diverge()
		id := r.commit(t, 1)
		fixture.Await(t, "the view in the candidate", func() { <-saved })
		inCandidate(id, 1)
		d.Depose()
		inCandidate(id, 0)
		close(lost)
	}}
	rebuilding := r.projection(moments{})
	err := rebuilding.Rebuild(
		fixture.Patient(t), projection.Options{}, func(projection.Progress) {})
	r.comesRight(t, p)
	wantCandidateLive(t, uri, err)
	cancel()
	fixture.Await(t, "the projection to end", running.Wait)
}

// wantCandidateLive wants that of a rebuild with this outcome.
func wantCandidateLive(t *testing.T, uri string, err error) {
	t.Helper()
	switch {
	case errors.Is(err, ports.ErrConflict): // The failover took longer than a candidate is kept.
		t.Log("on this machine the candidate is forgotten before it could go live:", err)
	case err != nil:
		t.Error(err)
	default:
		fixture.AwaitStatus(t, fixture.OrderModel(t, uri), 2, 0, 1)
	}
}

// switching is a read model in which something happens before a switch.
type switching struct {
	ports.Generations[ports.OrderView]
	before func()
}

func (s *switching) Switch(ctx context.Context, number int) error {
	s.before()
	return s.Generations.Switch(ctx, number)
}
