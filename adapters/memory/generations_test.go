package memory_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// A slow filler must not take the end of its generation for a fault of the views.
func TestAForgottenGenerationTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := memory.NewViews()
		g, err := v.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		errs := g.Save(t.Context(), []ports.OrderView{{ID: "ord_a", Version: 1}})
		if len(errs) != 1 || !errors.Is(errs[0], ports.ErrUnavailable) {
			t.Errorf("%v, want one ErrUnavailable", errs)
		}
	})
}

// Whoever breaks off a rollback can still go back later.
func TestARollbackThatWasBrokenOffCanBeginAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := memory.NewViews()
		g, err := v.Begin(t.Context())
		if err := errors.Join(err, v.Switch(t.Context(), g.Number)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			g, err := v.Reopen(t.Context())
			if err != nil || g.Number != 1 {
				t.Fatalf("generation %d, %v, want 1", g.Number, err)
			}
			time.Sleep(time.Minute)
		}
		if n, _ := v.Status(t.Context()); n != (ports.GenerationStatus{Live: 2, Previous: 1}) {
			t.Errorf("%+v", n)
		}
	})
}

// What a view is of and where it is kept must not fall apart.
func TestARepairUnderAnotherIDIsRefused(t *testing.T) {
	v := memory.NewViews()
	other := ports.OrderView{ID: "ord_b", Version: 1}
	if v.Repair(t.Context(), "ord_a", 0, &other) == nil {
		t.Error("the view of another order was put in place")
	}
	for _, id := range []order.ID{"ord_a", "ord_b"} {
		if _, err := v.Order(t.Context(), id); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", id, err)
		}
	}
}
