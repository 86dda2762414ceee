package budget_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"orders/ports/budget"
)

func TestAShareIsTakenFromTheWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		part := b.Share(4)
		first := open(t, part, mib)
		if b.Used() != mib || part.Used() != mib {
			t.Errorf("%d and %d bytes are used", b.Used(), part.Used())
		}
		ctx, second := part.Open(t.Context())
		if err := second.Take(ctx, mib); !errors.Is(err, budget.ErrSpent) || second.TryTake(mib+1) {
			t.Errorf("error %v beyond the share", err)
		}
		other := open(t, b, 6*mib)
		first.Give(mib)
		ctx, third := b.Open(t.Context())
		if err := third.Take(ctx, mib/2); err != nil {
			t.Error(err)
		}
		if err := second.Take(t.Context(), mib); !errors.Is(err, budget.ErrSpent) ||
			second.TryTake(mib) || part.Used() != 0 {
			t.Errorf("error %v beyond the whole, and %d are used", err, part.Used())
		}
		other.Close()
		if !second.TryTake(mib) {
			t.Error("it is refused what there is")
		}
		if second.Hold(2 * mib); part.Used() != 2*mib || b.Used() != 2*mib+mib/2 {
			t.Errorf("%d and %d bytes are used", b.Used(), part.Used())
		}
		second.Close()
		if part.Used() != 0 || b.Used() != mib/2 {
			t.Errorf("%d and %d bytes are used in the end", b.Used(), part.Used())
		}
	})
}
