package readmodel_test

import (
	"errors"
	"slices"
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/mongotest"
)

// A router does not tell the term of a save, so nothing that it saved provisionally could be
// made durable. The one save that finds that out is sent again, and from then on each is durable at
// once. The position advances.
func TestBehindARouterEachSaveIsDurable(t *testing.T) {
	uri := mongotest.URI(t)
	router, through := fixture.Routed(t, uri)
	r := ordersRig(t, through)
	router.Writes("")
	r.run(t, moments{})
	const views, durable = "order_reads", "majority true"
	writes := router.Writes(views)
	for _, kind := range []string{"insert", "update"} {
		if !slices.Contains(writes, kind+" "+durable) {
			t.Errorf("no durable %s among %q", kind, writes)
		}
	}
	r.commit(t, 1)
	r.commit(t, 3)
	r.run(t, moments{})
	for _, write := range router.Writes(views) {
		if write != "insert "+durable && write != "update "+durable {
			t.Errorf("a view is saved by %q", write)
		}
	}
}

// A server that was deposed before it replied may tell the term of the next primary. Nothing is
// known of what it did.
func TestWhatADeposedServerSavedIsNotSaved(t *testing.T) {
	uri := fixture.Deposed(t, mongotest.URI(t))
	m := fixture.ViewsAt(t, uri).Model()
	for _, version := range []int{1, 2} {
		errs := m.Provisional.Save(t.Context(),
			[]ports.OrderView{fixture.View(fixture.NewID(), version, "ann")})
		if err := errors.Join(errs...); !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("version %d is saved with %v, want ErrUnavailable", version, err)
		}
	}
}
