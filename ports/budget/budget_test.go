package budget_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/ports"
	"orders/ports/budget"
)

const mib = 1 << 20

// open opens an account that already holds bytes.
func open(t *testing.T, b *budget.Budget, bytes int) *budget.Account {
	t.Helper()
	ctx, a := b.Open(t.Context())
	if err := budget.Take(ctx, bytes); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestATakerWaitsUntilBytesAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		first := open(t, b, 6*mib)
		time.AfterFunc(time.Second, first.Close)
		begun := time.Now()
		second := open(t, b, 6*mib)
		if waited := time.Since(begun); waited != time.Second {
			t.Errorf("it waited %s", waited)
		}
		second.Give(2 * mib)
		if b.Used() != 4*mib {
			t.Errorf("%d bytes are used", b.Used())
		}
		second.Close()
		second.Close()
		if b.Used() != 0 {
			t.Errorf("%d bytes are used after all was given back", b.Used())
		}
	})
}

func TestATakerWaitsForTwoSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		open(t, b, 6*mib)
		begun := time.Now()
		ctx, a := b.Open(t.Context())
		err := a.Take(ctx, 6*mib)
		if !errors.Is(err, budget.ErrSpent) || !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("error %v, want ErrSpent, which is unavailable", err)
		}
		if waited := time.Since(begun); waited != 2*time.Second {
			t.Errorf("it waited %s", waited)
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if err := a.Take(ended, 6*mib); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want the context's", err)
		}
		if b.Used() != 6*mib {
			t.Errorf("%d bytes are used", b.Used())
		}
	})
}

func TestATakerOfSeveralStepsWaitsNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		first, second := open(t, b, 2*mib), open(t, b, 4*mib)
		time.AfterFunc(1500*time.Millisecond, first.Close)
		ctx, a := b.Open(t.Context())
		begun := time.Now()
		if err := a.Take(ctx, 2*mib); err != nil {
			t.Fatal(err)
		}
		if err := a.Take(ctx, 2*mib); !errors.Is(err, budget.ErrSpent) {
			t.Errorf("error %v, want ErrSpent", err)
		}
		if waited := time.Since(begun); waited != 2*time.Second {
			t.Errorf("it waited %s in all", waited)
		}
		second.Close()
	})
}

func TestSmallOnesAreServedWhileLargeOnesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		first := open(t, b, 7*mib)
		large := make(chan error, 1)
		ctx, second := b.Open(t.Context())
		go func() { large <- second.Take(ctx, 2*mib) }()
		synctest.Wait()
		for range 16 {
			open(t, b, 64<<10)
		}
		if full := b.Used(); full != 8*mib {
			t.Errorf("%d bytes are used", full)
		}
		first.Close()
		if err := <-large; err != nil {
			t.Errorf("the large one was not served: %v", err)
		}
	})
}

func TestLargeOnesAreServedInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		first := open(t, b, 5*mib)
		served := make(chan int, 2)
		take := func(bytes int) {
			ctx, a := b.Open(t.Context())
			if err := a.Take(ctx, bytes); err != nil {
				t.Error(err)
			}
			served <- bytes
			a.Close()
		}
		go take(6 * mib)
		synctest.Wait()
		go take(2 * mib) // It would fit, but came later.
		synctest.Wait()
		first.Close()
		if came := <-served; came != 6*mib {
			t.Errorf("%d bytes were served first", came)
		}
		<-served
	})
}

// Else whatever is kept for speed would take at once what it gave back for those who wait.
func TestWhoTriesPassesNobodyWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		first := open(t, b, 6*mib)
		served := make(chan error, 1)
		ctx, waiting := b.Open(t.Context())
		go func() { served <- waiting.Take(ctx, 6*mib) }()
		synctest.Wait()
		_, other := b.Open(t.Context())
		if other.TryTake(mib / 2) {
			t.Error("it passed one who waits")
		}
		if _, alone := budget.New(mib).Open(t.Context()); alone.TryTake(2 * mib) {
			t.Error("it took more than there is")
		}
		first.Close()
		if err := <-served; err != nil || other.TryTake(6*mib) || !other.TryTake(mib/2) {
			t.Errorf("error %v, or it had too much or too little", err)
		}
	})
}

func TestWhoAsksForMoreThanThereIsHasItAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(8 * mib)
		first := open(t, b, mib)
		time.AfterFunc(time.Second, first.Close)
		giant := open(t, b, 100*mib)
		if a := open(t, budget.New(mib), mib); a == nil {
			t.Error("no account")
		}
		_, other := b.Open(t.Context())
		if other.TryTake(mib) {
			t.Error("another one has bytes beside it")
		}
		giant.Close()
		if !other.TryTake(mib) {
			t.Error("nothing is left after it")
		}
	})
}

func TestWhatIsKeptForSpeedGivesWay(t *testing.T) {
	b := budget.New(8 * mib)
	cache := open(t, b, 6*mib)
	b.OnShortage(func() { cache.Give(4 * mib) })
	open(t, b, 4*mib)
	if b.Used() != 6*mib {
		t.Errorf("%d bytes are used", b.Used())
	}
}

func TestWithoutABudgetNothingIsBounded(t *testing.T) {
	var none *budget.Budget
	ctx, a := none.Open(t.Context())
	if err := budget.Take(ctx, 1<<40); err != nil || !a.TryTake(1<<40) {
		t.Errorf("error %v", err)
	}
	a.Give(1)
	a.Close()
}

func TestAClosedAccountHoldsNothing(t *testing.T) {
	b := budget.New(mib)
	a := open(t, b, 1)
	a.Close()
	if err := a.Take(t.Context(), mib); err != nil || b.Used() != 0 {
		t.Errorf("error %v, %d bytes are used", err, b.Used())
	}
}

func TestHoldIsExact(t *testing.T) {
	b := budget.New(8 * mib)
	a := open(t, b, 4*mib)
	for _, bytes := range []int{mib, 6 * mib, 20 * mib, 0} {
		if a.Hold(bytes); b.Used() != int64(bytes) {
			t.Errorf("%d bytes are used, want %d", b.Used(), bytes)
		}
	}
	a.Close()
	if a.Hold(mib); b.Used() != 0 {
		t.Errorf("%d bytes are used after it was closed", b.Used())
	}
}

func TestAnAnswerTakesSeveralTimesItsSize(t *testing.T) {
	b := budget.New(8 * mib)
	ctx, _ := b.Open(t.Context())
	for size, used := range map[int]int64{budget.UncountedMax: 0, mib: 4 * mib} {
		before := b.Used()
		if err := budget.TakeAnswer(ctx, size); err != nil || b.Used()-before != used {
			t.Errorf("%d bytes take %d, %v; want %d", size, b.Used()-before, err, used)
		}
	}
}
