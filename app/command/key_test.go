package command_test

import (
	"reflect"
	"sync"
	"testing"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
)

// The results of these derivations are stored for ever: the handler finds an order again by its
// key, and knows a repeated request by its hash.
func TestDerivationsArePinned(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", "key-1"))
	do(t, h, cancel(made.ID, "key-2", "fraud"))
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
	const timeOnly = len("ord_") + 48/5 // Characters of which each stands for 5 bits.
	if first.ID[:timeOnly] != second.ID[:timeOnly] {
		t.Errorf("%s and %s, of the same moment, are no neighbours", first.ID, second.ID)
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
	other.Command.(order.Create).Items[0].Quantity = number("3")
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
	refused(t, h, confirm(made.ID, "new key"), order.ErrNotAllowed)
	wantVersion(t, store, made.ID, 3)
}

func TestRepeatedWithoutAKeyAddsNothing(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	first, again := do(t, h, confirm(made.ID, "")), do(t, h, confirm(made.ID, ""))
	if !reflect.DeepEqual(first.OrderView, again.OrderView) || len(again.Events) > 0 {
		t.Errorf("%+v and %+v", first, again)
	}
	wantVersion(t, store, made.ID, 2)
}
