package orders

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
	"orders/ports/clock"
)

func TestFetcher(t *testing.T) {
	for name, check := range map[string]func(*testing.T){
		"whoever asks while all slots read is read for at once": fetchedTogether,
		"what is not there is not found":                        fetchedNothing,
		"a failed read is everybody's":                          fetchFails,
		"a caller's time is his own":                            fetchInTime,
		"closing ends all reading":                              fetchEnds,
		"a large document is read for who has room for it":      fetchedByTurns,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, check) })
	}
}

// A shelf is what a fetcher reads from, slowly.
type shelf struct {
	*batchReader
	mu    sync.Mutex
	reads []int // How many were asked for by each read.
	err   error

	padding int // How many bytes each document has besides its ID.
}

const readTime = time.Second

func newShelf(t *testing.T, holds ...order.ID) *shelf {
	t.Helper()
	s := &shelf{}
	s.batchReader = newBatchReader(func(
		ctx context.Context, ids []order.ID, found func(order.ID, bson.Raw),
	) error {
		s.mu.Lock()
		s.reads = append(s.reads, len(ids))
		s.mu.Unlock()
		if err := clock.Sleep(ctx, readTime); err != nil {
			return err
		}
		for _, id := range ids {
			if slices.Contains(holds, id) {
				found(id, append(bson.Raw(id), make(bson.Raw, s.padding)...))
			}
		}
		return s.err
	})
	t.Cleanup(s.close)
	return s
}

// fetches asks without waiting for the answer.
func (s *shelf) fetches(ctx context.Context, id order.ID) (outcome chan error) {
	outcome = make(chan error, 1)
	go func() {
		d, err := s.readOne(ctx, id)
		if err == nil && !bytes.HasPrefix(d, []byte(id)) {
			err = fmt.Errorf("got %q for %q", d, id)
		}
		outcome <- err
	}()
	synctest.Wait()
	return outcome
}

func fetchedTogether(t *testing.T) {
	s := newShelf(t, "a", "b")
	var outcomes []chan error
	for n := range readSlots + readMax + 10 {
		outcomes = append(outcomes, s.fetches(t.Context(), []order.ID{"a", "b"}[n%2]))
	}
	time.Sleep(2*readTime + 1)
	synctest.Wait()
	for _, outcome := range outcomes {
		wantOutcome(t, outcome)
	}
	slices.Sort(s.reads)
	if !slices.Equal(s.reads, []int{1, 1, 1, 1, 10, readMax}) {
		t.Errorf("reads of %v documents", s.reads)
	}
}

func fetchedNothing(t *testing.T) {
	s := newShelf(t, "a")
	a, b := s.fetches(t.Context(), "a"), s.fetches(t.Context(), "b")
	time.Sleep(readTime + 1)
	synctest.Wait()
	wantOutcome(t, a)
	wantOutcome(t, b, ports.ErrNotFound)
}

func fetchFails(t *testing.T) {
	s := newShelf(t, "a")
	s.err = errRead
	a := s.fetches(t.Context(), "a")
	time.Sleep(readTime + 1)
	synctest.Wait()
	wantOutcome(t, a, ports.ErrUnavailable)
}

func fetchInTime(t *testing.T) {
	s := newShelf(t, "a")
	ctx, cancel := context.WithTimeout(t.Context(), readTime/2)
	defer cancel()
	hasty, patient := s.fetches(ctx, "a"), s.fetches(t.Context(), "a")
	time.Sleep(readTime/2 + 1)
	synctest.Wait()
	wantOutcome(t, hasty, context.DeadlineExceeded)
	time.Sleep(readTime)
	synctest.Wait()
	wantOutcome(t, patient)
}

func fetchEnds(t *testing.T) {
	s := newShelf(t, "a")
	outcomes := []chan error{}
	for range 2 * readSlots {
		outcomes = append(outcomes, s.fetches(t.Context(), "a"))
	}
	s.close()
	synctest.Wait()
	for _, outcome := range outcomes {
		wantOutcome(t, outcome, ports.ErrUnavailable)
	}
	if _, err := s.readOne(t.Context(), "a"); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v after closing", err)
	}
}

// Of three who ask for a document of a MiB, of which each takes four, the budget has room for one.
func fetchedByTurns(t *testing.T) {
	s := newShelf(t, "a")
	s.padding = 1 << 20
	all := budget.New(8 << 20)
	type outcome struct {
		account *budget.Account
		err     error
	}
	outcomes := make(chan outcome, 3)
	for range 3 {
		ctx, account := all.Open(t.Context())
		fetched := s.fetches(ctx, "a")
		go func() { outcomes <- outcome{account, <-fetched} }()
	}
	time.Sleep(2 * readTime)
	first := <-outcomes
	if first.err != nil || all.Used() > 8<<20 {
		t.Errorf("error %v, %d bytes are used", first.err, all.Used())
	}
	first.account.Close()
	if second, third := (<-outcomes).err, (<-outcomes).err; (second == nil) == (third == nil) ||
		!errors.Is(errors.Join(second, third), budget.ErrSpent) {
		t.Errorf("errors %v and %v, want one ErrSpent", second, third)
	}
}

var errRead = errors.New("as the test has it")

func wantOutcome(t *testing.T, outcome chan error, errs ...error) {
	t.Helper()
	select {
	case got := <-outcome:
		for _, err := range errs {
			if !errors.Is(got, err) {
				t.Errorf("error %v, want %v", got, err)
			}
		}
		if len(errs) == 0 && got != nil {
			t.Errorf("error %v, want none", got)
		}
	default:
		t.Error("no outcome yet")
	}
}

// What nobody waits for any more is not kept for the time of an outage, nor read after it.
func TestQuestionsOfThoseWhoLeftAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		up := make(chan struct{})
		f := newBatchReader(func(context.Context, []order.ID, func(order.ID, bson.Raw)) error {
			<-up
			return nil
		})
		defer f.close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range readSlots { // All slots hang.
			go func() { _, _ = f.readOne(ctx, "o") }()
			synctest.Wait()
		}
		const more = 10_000
		for range more {
			go func() { _, _ = f.readOne(ctx, "o") }()
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		waiting := f.slots.Waiting()
		if waiting > 0 {
			t.Errorf("%d questions wait for nobody", waiting)
		}
		close(up)
		synctest.Wait()
	})
}
