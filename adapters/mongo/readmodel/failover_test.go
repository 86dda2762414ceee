package readmodel_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// A failover takes back views that the primary acknowledged. Whatever the moment, the position has
// not passed one that is gone, and the projection makes each again by itself.
func TestNoViewIsLostByAFailover(t *testing.T) {
	t.Parallel()
	set := mongotest.Cluster(t)
	for name, test := range map[string]func(*testing.T, *mongotest.ReplicaSet, string){
		"of orders":                           lostBeforeDurable(ordersRig),
		"of customers":                        lostBeforeDurable(customersRig),
		"that no majority has":                durableWithoutMajority,
		"whose commits are on another set":    commitsOnAnotherSet,
		"saved in two terms":                  savedInTwoTerms,
		"of a later version":                  laterVersions,
		"handed over amid saves":              handedOverAmidSaves,
		"handed over before they are durable": handedOverBeforeDurable,
		"killed":                              killed,
		"that others had saved":               savedByOthers,
		"of two leaders":                      twoLeaders,
		"of an order that is parked":          parkedOrder,
		"of a candidate":                      candidate,
	} {
		passed := t.Run(name, func(t *testing.T) {
			test(t, set, set.URI("views_"+rand.Text()))
		})
		if !passed {
			return // The set may have no primary any more, for which each test would wait.
		}
	}
}

type makeRig[V any] = func(*testing.T, string) *rig[V]

// diverges makes the primary of a set go on alone when the views are about to be saved, and then
// deposes it: the views are gone.
func diverges[V any](
	t *testing.T, set *mongotest.ReplicaSet, r *rig[V],
) (diverge, depose func()) {
	var d *mongotest.Divergence
	return func() { d = set.Diverge() }, func() {
		before := r.shown(t)
		d.Depose()
		r.findsPrimary(t)
		if n := r.shown(t); before == 0 || n != 0 {
			t.Errorf("%d views were shown, and %d are after the failover", before, n)
		}
	}
}

// lostBeforeDurable loses all views that were saved since the last position, and no write fails.
func lostBeforeDurable[V any](rigOn makeRig[V]) func(*testing.T, *mongotest.ReplicaSet, string) {
	return func(t *testing.T, set *mongotest.ReplicaSet, uri string) {
		r := rigOn(t, uri)
		diverge, depose := diverges(t, set, r)
		r.run(t, moments{beforeSave: diverge, beforeDurable: depose, afterDurable: wantConflict(t)})
	}
}

func wantConflict(t *testing.T) func(error) {
	return func(err error) {
		if !errors.Is(err, ports.ErrConflict) {
			t.Errorf("what was taken back is made durable: %v, want ErrConflict", err)
		}
	}
}

// Nothing is durable while the primary is alone with it.
func durableWithoutMajority(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	diverge, depose := diverges(t, set, r)
	r.run(t, moments{beforeSave: diverge, afterDurable: func(err error) {
		if err == nil {
			t.Error("what no majority has is said to be durable")
		}
		depose()
	}})
}

// The terms are those of the views' set.
func commitsOnAnotherSet(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	r.commits = s
	r.source = projection.Source{
		Feed:    feed.New(d, fixture.BroadcastOf(d), quiet),
		History: s, Archive: journal.NewArchive(d),
	}
	for n := range 10 {
		r.commit(t, 1+n%3)
	}
	diverge, depose := diverges(t, set, r)
	r.run(t, moments{beforeSave: diverge, beforeDurable: depose})
}

// savedInTwoTerms loses half of the views of a window. The other half, and the write that is to
// make all durable, are the next primary's.
func savedInTwoTerms(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	diverge, depose := diverges(t, set, r)
	r.run(t, moments{beforeSave: diverge, betweenSaves: depose, afterDurable: wantConflict(t)})
}

// A failover brings back the views that there were before.
func laterVersions(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	r.run(t, moments{})
	for _, id := range r.ids {
		r.goOn(t, id, order.PutOnHold{Reason: "other"})
	}
	var d *mongotest.Divergence
	r.run(t, moments{
		beforeSave: func() { d = set.Diverge() },
		beforeDurable: func() {
			d.Depose()
			r.findsPrimary(t)
		},
		afterDurable: wantConflict(t),
	})
}

// A planned handover loses nothing, but nobody can tell: the projection does the work again.
func handedOverAmidSaves(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	r.run(t, moments{betweenSaves: handOver(t, set, r), afterDurable: wantConflict(t)})
}

func handedOverBeforeDurable(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	r.run(t, moments{beforeDurable: handOver(t, set, r), afterDurable: wantConflict(t)})
}

func handOver[V any](t *testing.T, set *mongotest.ReplicaSet, r *rig[V]) func() {
	return func() {
		set.StepDown()
		r.findsPrimary(t)
	}
}

// The primary is killed, and the others elect a new one by themselves.
func killed(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	var d *mongotest.Divergence
	r.run(t, moments{
		beforeSave: func() { d = set.Diverge() },
		beforeDurable: func() {
			d.Primary.Kill()
			d.Follow()
			set.Primary()
			r.findsPrimary(t)
			if n := r.shown(t); n != 0 {
				t.Errorf("%d views outlived their primary", n)
			}
		},
		afterDurable: wantConflict(t),
	})
	d.Primary.Restart()
	r.comesRight(t, r.projection(moments{}))
}

// A save that changes nothing, as the view of another process is there, is as provisional as that.
func savedByOthers(t *testing.T, set *mongotest.ReplicaSet, uri string) {
	r := ordersRig(t, uri)
	other := fixture.OrderModel(t, uri)
	diverge, depose := diverges(t, set, r)
	r.run(t, moments{
		beforeSave: func() {
			diverge()
			saveProvisionally(t, r, other.Provisional)
		},
		beforeDurable: depose,
		afterDurable:  wantConflict(t),
	})
}

// saveProvisionally saves the view of every order.
func saveProvisionally(
	t *testing.T, r *rig[ports.OrderView], to ports.Provisional[ports.OrderView],
) {
	t.Helper()
	of := map[string]ports.OrderView{}
	err := r.source.Archive.Commits(t.Context(), ports.Range{Limit: 1000},
		func(c ports.Commit) error {
			of[string(c.OrderID)] = of[string(c.OrderID)].With(c)
			return nil
		})
	var views []ports.OrderView
	for _, v := range of {
		views = append(views, v)
	}
	if err := errors.Join(append(to.Save(context.Background(), views), err)...); err != nil {
		t.Error(err)
	}
}
