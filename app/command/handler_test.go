package command_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123_456_789, time.UTC)

func handler(store ports.EventStore) *command.Handler {
	return command.NewHandler(store, func() time.Time { return noon })
}

func create(user, key string) command.Request {
	price, _ := order.ParseDecimal("5.99")
	return command.Request{Key: key, Command: order.Create{
		UserID: user, Currency: "USD",
		Items: []order.Item{{SKU: "mouse", Quantity: order.Whole(2), Price: price}},
	}}
}

func cancel(id order.ID, key string, reason order.Reason) command.Request {
	return command.Request{OrderID: id, Key: key, Command: order.Cancel{Reason: reason}}
}

func confirm(id order.ID, key string) command.Request {
	return command.Request{OrderID: id, Key: key, Command: order.Confirm{}}
}

// do carries out a request that must succeed.
func do(t *testing.T, h *command.Handler, r command.Request) command.Result {
	t.Helper()
	result, err := h.Handle(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func refused(t *testing.T, h *command.Handler, r command.Request, want error) {
	t.Helper()
	if _, err := h.Handle(t.Context(), r); !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func wantVersion(t *testing.T, store ports.EventStore, id order.ID, want int) {
	t.Helper()
	s, err := store.Load(t.Context(), id)
	if err != nil || s.Version() != want {
		t.Errorf("order %s is at version %d, %v; want %d", id, s.Version(), err, want)
	}
}

// What these derivations give is stored for ever: an ID must be found again by its key, and a
// repeated request be known by its hash.
func TestDerivationsArePinned(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", "key-1"))
	do(t, h, cancel(made.ID, "", "fraud"))
	s, err := store.Load(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{string(made.ID), s.Commits[0].Request, s.Commits[1].Request}
	want := []string{
		"ord_l6naj4bkeberhpnwm3fucnjlac",
		"Uc5QZM+DwFuZoVsB6fJO3kajn/xXky77jDUgpjb23l0",
		"vQgf+HIZg/ZaPpVeXvM+tAT7yYJZ69+q6bKotlAWtaM",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestEqualNumbersAreEqualRequests(t *testing.T) {
	h := handler(memory.NewEventStore())
	first := do(t, h, create("ann", "key"))
	again := create("ann", "key")
	price, _ := order.ParseDecimal("0.5990e1")
	again.Command.(order.Create).Items[0].Price = price
	if second := do(t, h, again); !second.Replayed || second.ID != first.ID {
		t.Errorf("0.5990e1 is another price than 5.99: %+v", second)
	}
}

func TestWithoutAKeyEveryOrderIsNew(t *testing.T) {
	h := handler(memory.NewEventStore())
	first, second := do(t, h, create("ann", "")), do(t, h, create("ann", ""))
	if first.ID == second.ID || first.Replayed || second.Replayed {
		t.Errorf("%+v and %+v", first, second)
	}
	if !first.ID.Valid() {
		t.Errorf("%s is no valid ID", first.ID)
	}
}

func TestTheSameKeyGivesTheFirstAnswer(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	first := do(t, h, create("ann", "key"))
	do(t, h, confirm(first.ID, ""))
	second := do(t, h, create("ann", "key"))
	first.Replayed = true
	if !reflect.DeepEqual(second, first) {
		t.Errorf("got %+v, want the answer as it was then: %+v", second, first)
	}
	wantVersion(t, store, first.ID, 2)
}

func TestTheSameKeyOfAnotherUserIsAnotherOrder(t *testing.T) {
	h := handler(memory.NewEventStore())
	ann, bob := do(t, h, create("ann", "key")), do(t, h, create("bob", "key"))
	if ann.ID == bob.ID || bob.Replayed {
		t.Errorf("%+v and %+v", ann, bob)
	}
}

func TestTheSameKeyWithAnotherRequestIsRefused(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", "key"))
	other := create("ann", "key")
	other.Command.(order.Create).Items[0].Quantity = order.Whole(3)
	refused(t, h, other, command.ErrKeyReused)
	refused(t, h, confirm(made.ID, "key"), command.ErrKeyReused)
	do(t, h, cancel(made.ID, "another", "fraud"))
	refused(t, h, cancel(made.ID, "another", "staff"), command.ErrKeyReused)
	wantVersion(t, store, made.ID, 2)
}

func TestFiftyEqualRequestsMakeOneOrder(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	const callers = 50
	results := make([]command.Result, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() { results[i], _ = h.Handle(t.Context(), create("ann", "key")) })
	}
	all.Wait()
	first := 0
	for _, r := range results {
		if r.ID != results[0].ID || r.Version != 1 {
			t.Fatalf("%+v and %+v", r, results[0])
		}
		if !r.Replayed {
			first++
		}
	}
	if first != 1 {
		t.Errorf("%d callers made the order, want 1", first)
	}
}

func TestALaterCommandIsRepeatedByItsKey(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	first := do(t, h, confirm(made.ID, "key"))
	do(t, h, cancel(made.ID, "", "customer"))
	again := do(t, h, confirm(made.ID, "key"))
	first.Replayed = true
	if !reflect.DeepEqual(again, first) {
		t.Errorf("got %+v, want %+v", again, first)
	}
	refused(t, h, confirm(made.ID, "new key"), order.ErrForbidden)
	wantVersion(t, store, made.ID, 3)
}

func TestRepeatedWithoutAKeyAddsNothing(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	first, again := do(t, h, confirm(made.ID, "")), do(t, h, confirm(made.ID, ""))
	if !reflect.DeepEqual(first, again) {
		t.Errorf("%+v and %+v", first, again)
	}
	wantVersion(t, store, made.ID, 2)
}

func TestAnUnknownOrderIsNotFound(t *testing.T) {
	h := handler(memory.NewEventStore())
	refused(t, h, confirm(order.MakeID(make([]byte, 17)), ""), ports.ErrNotFound)
}

func TestOfRivalsOneWinsAndTheOthersDecideAnew(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	var all sync.WaitGroup
	errs := make([]error, len(order.Reasons))
	for i, reason := range order.Reasons {
		all.Go(func() { _, errs[i] = h.Handle(t.Context(), cancel(made.ID, "", reason)) })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, order.ErrForbidden):
			t.Errorf("error %v, want a rejection", err)
		}
	}
	if won != 1 {
		t.Errorf("%d cancelled it, want 1", won)
	}
	wantVersion(t, store, made.ID, 2)
}

func TestTheCommitTellsItsStory(t *testing.T) {
	store := memory.NewEventStore()
	r := create("ann", "key")
	r.Actor, r.RequestID, r.Traceparent = "anonymous", "request-1", "trace"
	made := do(t, handler(store), r)
	s, err := store.Load(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := s.Commits[0]
	if c.ID == "" || !c.At.Equal(noon.Truncate(time.Millisecond)) || c.Key != "key" ||
		c.Actor != "anonymous" || c.RequestID != "request-1" || c.Traceparent != "trace" {
		t.Errorf("%+v", c)
	}
}

func TestHistoryNeverRunsBackwards(t *testing.T) {
	store := memory.NewEventStore()
	now := noon
	h := command.NewHandler(store, func() time.Time { return now })
	made := do(t, h, create("ann", ""))
	now = noon.Add(-time.Hour)
	do(t, h, confirm(made.ID, ""))
	s, _ := store.Load(t.Context(), made.ID)
	if s.Commits[1].At.Before(s.Commits[0].At) {
		t.Errorf("confirmed at %s, created at %s", s.Commits[1].At, s.Commits[0].At)
	}
}

func TestAnOrderCanBeFull(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	for {
		s, _ := store.Load(t.Context(), made.ID)
		if s.Version() == order.CommitsMax {
			break
		}
		c := ports.Commit{
			OrderID: made.ID, Version: s.Version() + 1,
			ID: fmt.Sprint(s.Version()), Events: []order.Event{order.Confirmed{}},
		}
		if err := store.Append(t.Context(), s, c); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, h, cancel(made.ID, "", "other"), order.ErrFull)
}

// A store that always has somebody else first must not hold a caller for ever.
func TestARaceIsGivenUpWithTheContext(t *testing.T) {
	h := handler(beaten{memory.NewEventStore()})
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer stop()
	if _, err := h.Handle(ctx, create("ann", "")); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v, want ErrUnavailable", err)
	}
}

type beaten struct{ ports.EventStore }

func (beaten) Append(context.Context, ports.Stream, ports.Commit) error {
	return ports.ErrConflict
}
