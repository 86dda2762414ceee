package command_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

func capture(id order.ID, payment string) command.Request {
	one, _ := order.ParseDecimal("0.01")
	return on(id, "", order.CapturePayment{PaymentID: payment, Amount: one})
}

func TestCommandsOnOneOrderGoOneAfterTheOther(t *testing.T) {
	store := watch(memory.NewEventStore())
	h := handler(store)
	made := do(t, h, create("ann", ""))
	const callers = 300
	versions := make([]int, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			r, err := h.Handle(t.Context(), capture(made.ID, fmt.Sprint("payment-", i)))
			if err != nil {
				t.Error(err)
			}
			versions[i] = r.Version
		})
	}
	all.Wait()
	slices.Sort(versions)
	for i, v := range versions {
		if v != i+2 {
			t.Fatalf("the versions are %v", versions)
		}
	}
	if store.overlap {
		t.Error("two commands were at the order at once")
	}
	if n := store.commits.Load(); n > 2*callers {
		t.Errorf("%d commits were read for %d commands", n, callers)
	}
	wantVersion(t, store, made.ID, callers+1)
}

// held holds up the next Read of an order until it is let go.
type held struct {
	ports.EventStore
	id    order.ID
	in    chan struct{}
	letGo chan struct{}
}

func (s *held) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	if id == s.id {
		s.in <- struct{}{}
		<-s.letGo
	}
	return s.EventStore.Read(ctx, id, after, each)
}

func TestTurnsAreTakenInTheOrderOfComing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &held{EventStore: memory.NewEventStore(), in: make(chan struct{}),
			letGo: make(chan struct{})}
		h := handler(store)
		made, other := do(t, h, create("ann", "")), do(t, h, create("ann", ""))
		store.id = made.ID
		const callers = 9
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				do(t, h, capture(made.ID, fmt.Sprint("payment-", i)))
			})
			synctest.Wait()
		}
		do(t, h, confirm(other.ID, "")) // Others need not wait,
		do(t, h, create("ann", ""))     // and new ones least of all.
		for range callers {
			<-store.in
			store.letGo <- struct{}{}
		}
		all.Wait()
		s, _ := store.Load(t.Context(), made.ID)
		for i, c := range s.Commits[1:] {
			if got := c.Events[0].(order.PaymentCaptured).PaymentID; got !=
				fmt.Sprint("payment-", i) {
				t.Errorf("%s came at version %d", got, c.Version)
			}
		}
	})
}

func TestWhoWaitsTooLongIsToldThatTheOrderIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &held{EventStore: memory.NewEventStore(), in: make(chan struct{}, 9),
			letGo: make(chan struct{})}
		h := handler(store)
		made := do(t, h, create("ann", ""))
		store.id = made.ID
		first := make(chan error, 1)
		go func() {
			_, err := h.Handle(t.Context(), capture(made.ID, "first"))
			first <- err
		}()
		synctest.Wait()
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		begun := time.Now()
		_, err := h.Handle(ctx, capture(made.ID, "second"))
		if !errors.Is(err, ports.ErrUnavailable) || time.Since(begun) != time.Second {
			t.Errorf("after %s: %v, want that it is not available", time.Since(begun), err)
		}
		close(store.letGo)
		if err := <-first; err != nil {
			t.Error(err)
		}
		do(t, h, capture(made.ID, "third"))
		wantVersion(t, store, made.ID, 3)
	})
}

func TestNoFailureKeepsTheTurn(t *testing.T) {
	for _, fault := range []error{
		errors.New("panic"), ports.ErrUnavailable, ports.ErrOutcomeUnknown, context.Canceled,
		errors.New("something else"),
	} {
		t.Run(fault.Error(), func(t *testing.T) {
			seen := watch(memory.NewEventStore())
			store := &failing{EventStore: seen}
			h := handler(store)
			made := do(t, h, create("ann", ""))
			do(t, h, capture(made.ID, "first"))
			store.next = fault
			func() {
				defer func() { _ = recover() }()
				if _, err := h.Handle(t.Context(), capture(made.ID, "second")); err == nil {
					t.Error("no error")
				}
			}()
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			seen.commits.Store(0)
			r, err := h.Handle(ctx, capture(made.ID, "third"))
			if err != nil || r.Version != 3 || seen.commits.Load() != 2 {
				t.Errorf("version %d after %d commits were read, %v; want 3 after 2",
					r.Version, seen.commits.Load(), err)
			}
		})
	}
}

// The next command sees what a failed append has recorded.
func TestAfterAnUnknownOutcomeTheStoreIsAsked(t *testing.T) {
	store := &failing{EventStore: memory.NewEventStore()}
	h := handler(store)
	made := do(t, h, create("ann", ""))
	do(t, h, capture(made.ID, "first"))
	store.next, store.recorded = ports.ErrOutcomeUnknown, true
	refused(t, h, cancel(made.ID, "key", "fraud"), ports.ErrOutcomeUnknown)
	refused(t, h, capture(made.ID, "second"), order.ErrNotAllowed)
	if again := do(t, h, cancel(made.ID, "key", "fraud")); !again.Replayed {
		t.Errorf("%+v, want the answer to the key", again)
	}
	wantVersion(t, store, made.ID, 3)
}
