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

// A rebuild must not park orders because its generation was forgotten.
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

// After a rollback was broken off, another one can still reopen the generation.
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

// A view must not be kept under the ID of another order.
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
