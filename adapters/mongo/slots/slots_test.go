package slots_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/mongo/slots"
	"orders/ports"
)

const workTime = time.Second

// A recorder remembers the batches of a Batcher that takes workTime for each.
type recorder struct {
	*slots.Batcher[string]
	mu      sync.Mutex
	batches [][]string
}

func record(t *testing.T, l slots.Limits) *recorder {
	t.Helper()
	r := &recorder{}
	size := func(s string) int { return len(s) }
	r.Batcher = slots.New("words", l, size, func(batch []string) {
		r.mu.Lock()
		r.batches = append(r.batches, batch)
		r.mu.Unlock()
		time.Sleep(workTime)
	})
	t.Cleanup(func() { _, _ = r.Close(context.Background()) })
	return r
}

func (r *recorder) add(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if err := r.Add(word); err != nil {
			t.Error(err)
		}
		synctest.Wait()
	}
}

func (r *recorder) want(t *testing.T, batches ...[]string) {
	t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got, want := fmt.Sprint(r.batches), fmt.Sprint(batches); got != want {
		t.Errorf("the batches are %s, want %s", got, want)
	}
}

func TestBatcher(t *testing.T) {
	for name, check := range map[string]func(*testing.T){
		"what queues while the slot works goes together": together,
		"a further slot waits for company":               company,
		"a batch keeps to its limits":                    limits,
		"a full queue refuses":                           full,
		"what is taken back is not worked on":            takenBack,
		"closing waits for all":                          closes,
		"closing in haste returns what is queued":        closesInHaste,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, check) })
	}
}

func together(t *testing.T) {
	r := record(t, slots.Limits{Slots: 1, Company: 1, Queue: 9, Items: 9})
	r.add(t, "a", "b", "c")
	r.want(t, []string{"a"})
	time.Sleep(workTime)
	r.want(t, []string{"a"}, []string{"b", "c"})
}

func company(t *testing.T) {
	r := record(t, slots.Limits{Slots: 2, Company: 2, Queue: 9, Items: 9})
	r.add(t, "a", "b")
	r.want(t, []string{"a"})
	r.add(t, "c", "d")
	r.want(t, []string{"a"}, []string{"b", "c"})
	if n := r.Waiting(); n != 1 {
		t.Errorf("%d words wait, want 1", n)
	}
}

func limits(t *testing.T) {
	r := record(t, slots.Limits{Slots: 1, Company: 1, Queue: 9, Items: 3, Bytes: 4})
	r.add(t, "1", "larger", "a", "b", "c", "d", "aaa", "bb")
	time.Sleep(5 * workTime)
	r.want(t, []string{"1"}, []string{"larger"}, []string{"a", "b", "c"}, []string{"d", "aaa"},
		[]string{"bb"})
}

func full(t *testing.T) {
	r := record(t, slots.Limits{Slots: 1, Company: 1, Queue: 1, Items: 9})
	r.add(t, "a", "b")
	if err := r.Add("c"); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v, want ErrUnavailable", err)
	}
}

func takenBack(t *testing.T) {
	r := record(t, slots.Limits{Slots: 1, Company: 1, Queue: 9, Items: 9})
	r.add(t, "a", "b", "c", "d")
	if r.TakeBack("a") || !r.TakeBack("b") {
		t.Error("only what is queued can be taken back")
	}
	if taken := r.TakeBackAll(func(w string) bool { return w == "d" }); len(taken) != 1 {
		t.Errorf("%v were taken back", taken)
	}
	time.Sleep(workTime)
	r.want(t, []string{"a"}, []string{"c"})
}

func closes(t *testing.T) {
	r := record(t, slots.Limits{Slots: 1, Company: 1, Queue: 9, Items: 1})
	r.add(t, "a", "b")
	begun := time.Now()
	for range 2 {
		if left, err := r.Close(t.Context()); left != nil || err != nil {
			t.Errorf("%v are left, %v", left, err)
		}
	}
	if took := time.Since(begun); took != 2*workTime {
		t.Errorf("it took %v", took)
	}
	if err := r.Add("late"); !errors.Is(err, slots.ErrClosed) {
		t.Errorf("error %v, want ErrClosed", err)
	}
}

func closesInHaste(t *testing.T) {
	r := record(t, slots.Limits{Slots: 1, Company: 1, Queue: 9, Items: 1})
	r.add(t, "a", "b")
	ctx, cancel := context.WithTimeout(t.Context(), workTime/2)
	defer cancel()
	left, err := r.Close(ctx)
	if !slices.Equal(left, []string{"b"}) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v are left, %v", left, err)
	}
	time.Sleep(workTime)
	r.want(t, []string{"a"})
}
