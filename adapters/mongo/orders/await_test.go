package orders

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/domain/order"
	"orders/ports"
)

func blind(context.Context, []order.ID) (map[order.ID]int, error) {
	return nil, errors.New("nothing to see")
}

func views(id order.ID, version int) []ports.OrderView {
	return []ports.OrderView{{ID: id, Version: version}}
}

// A new term forgets all saves; the next poll finds those that are durable.
func TestANewTermForgetsAllSaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAwaits(blind)
		defer a.close()
		a.saved(views("o", 1), 7)
		a.saved(views("r", 1), 0)
		for id, want := range map[order.ID]bool{"o": true, "q": false, "r": true} {
			if a.saves.Has(id) != want {
				t.Errorf("in term 7 it remembers %s: %v", id, !want)
			}
		}
		a.saved(views("s", 1), 8)
		for id, want := range map[order.ID]bool{"o": false, "r": false, "s": true} {
			if a.saves.Has(id) != want {
				t.Errorf("in term 8 it remembers %s: %v", id, !want)
			}
		}
	})
}

// Who waits for another process is looked for soon; but not for what this process is about to save,
// and never for most of the time.
func TestPollsAreSoonOrLazyAndNeverAllTheTime(t *testing.T) {
	for _, tt := range []struct {
		name        string
		saves       bool
		takes, wait time.Duration
		least, most int
	}{
		{"soon", false, 0, 10 * time.Millisecond, 2, 3},
		{"lazy", true, 0, 10 * time.Millisecond, 0, 0},
		{"lazy, but not for ever", true, 0, 30 * time.Millisecond, 1, 4},
		{"slow", false, 50 * time.Millisecond, time.Second, 4, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				a := newAwaits(func(context.Context, []order.ID) (map[order.ID]int, error) {
					polls++
					time.Sleep(tt.takes)
					return nil, nil
				})
				if tt.saves {
					a.saved(views("p", 1), 0)
				}
				ctx, cancel := context.WithTimeout(t.Context(), tt.wait)
				defer cancel()
				_ = a.await(ctx, "o", 1)
				a.close()
				if polls < tt.least || polls > tt.most {
					t.Errorf("%d polls in %s, want %d to %d", polls, tt.wait, tt.least, tt.most)
				}
			})
		})
	}
}

func TestSavesAreForgottenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAwaits(blind)
		defer a.close()
		a.saved(views("o", 3), 0)
		remembers := func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			return a.await(ctx, "o", 2) == nil
		}
		if !remembers() {
			t.Error("it forgot what was saved just now")
		}
		time.Sleep(savedTime / 2)
		a.saved(views("p", 1), 0)
		if !remembers() {
			t.Error("it forgot what was saved a moment ago")
		}
		time.Sleep(3 * savedTime)
		if remembers() {
			t.Error("it remembers what may be gone from the database")
		}
	})
}

func TestPollsEndWithTheLastCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		a := newAwaits(func(_ context.Context, ids []order.ID) (map[order.ID]int, error) {
			if polls++; polls < 3 {
				return nil, errors.New("not now")
			}
			return map[order.ID]int{ids[0]: 7}, nil
		})
		begun := time.Now()
		if err := a.await(t.Context(), "o", 7); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took != 3*pollTime {
			t.Errorf("three polls took %v", took)
		}
		time.Sleep(time.Hour)
		a.close()
		if polls != 3 || a.polling || len(a.waiting) != 0 {
			t.Errorf("after an hour without anybody: %d polls, %+v", polls, a.waiting)
		}
	})
}

func TestACallerThatLeavesIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAwaits(blind)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := a.await(ctx, "o", 7); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's", err)
		}
		if len(a.waiting) != 0 {
			t.Errorf("still waiting: %v", a.waiting)
		}
		a.close()
	})
}
