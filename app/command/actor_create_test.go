package command_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// The keys of creates before callers have names, while they do, and afterwards.
func TestAKeyOutlivesTheTurningOn(t *testing.T) {
	ann, staff, other := named("ann", "write"), by("s", "c", "i"), by("t", "c", "i")
	store := memory.NewEventStore()
	h := handler(store)
	first := do(t, h, create("ann", "key"))
	for _, caller := range []access.Caller{
		ann, named("ann", "manage"), staff, other, access.Everyone(),
	} {
		for _, dry := range []bool{true, false} {
			r := as(caller, create("ann", "key"))
			r.DryRun = dry
			if again := do(t, h, r); !again.Replayed || again.ID != first.ID {
				t.Errorf("%s got %s, replayed: %v", caller.Subject, again.ID, again.Replayed)
			}
		}
	}
	changed := create("ann", "key")
	changed.Command.(order.Create).Items[0].Quantity = number("3")
	refused(t, h, as(ann, changed), command.ErrKeyReused)
	refused(t, h, changed, command.ErrKeyReused)
	made := do(t, h, as(staff, changed)) // The key of nobody's other request is not staff's.
	others := do(t, h, as(other, changed))
	if made.Replayed || others.Replayed || made.ID == others.ID || made.ID == first.ID {
		t.Errorf("orders %s, %s and %s", first.ID, made.ID, others.ID)
	}
	for _, r := range []command.Request{as(staff, changed), as(by("s", "d", "i"), changed)} {
		if again := do(t, h, r); !again.Replayed || again.ID != made.ID {
			t.Errorf("a repetition got %s, replayed: %v", again.ID, again.Replayed)
		}
	}
	again := changed
	again.Command = create("ann", "").Command
	again.Command.(order.Create).Items[0].Quantity = number("4")
	refused(t, h, as(staff, again), command.ErrKeyReused)
}

// A customer's key and one of staff who order for that customer do not meet.
func TestKeysOfCustomerAndStaffDoNotMeet(t *testing.T) {
	h := handler(memory.NewEventStore())
	ids := map[order.ID]bool{}
	for _, caller := range []access.Caller{
		by("s", "c", "i"), by("s", "c", "j"), named("ann", "write"), by("t", "c", "i"),
	} {
		r := do(t, h, as(caller, create("ann", "key")))
		if ids[r.ID] = true; r.Replayed {
			t.Errorf("%s got another one's answer", caller.Subject)
		}
	}
	if len(ids) != 4 {
		t.Errorf("orders %v", ids)
	}
}

// Where the user asks, order and key are found by the user, whoever vouches for it.
func TestAUsersKeyOutlivesItsIssuer(t *testing.T) {
	h := handler(memory.NewEventStore())
	first := do(t, h, as(by("ann", "c", "i"), create("ann", "key")))
	again := do(t, h, as(by("ann", "c", "j"), create("ann", "key")))
	if !again.Replayed || again.ID != first.ID {
		t.Errorf("%s and %s", first.ID, again.ID)
	}
}

func TestDerivationsOfActorsArePinned(t *testing.T) {
	h := handler(memory.NewEventStore())
	for want, caller := range map[order.ID]access.Caller{
		"ord_l6naj4bkeberhpnwm3fucnjlac": named("ann", "write"), // As if it had no name.
		"ord_safnrr72lbtgvyg37xczmbkwtb": by("s", "c", "i"),
		"ord_m5fqkred5ghhpxyksgyfaukmnj": by("is", "c", "x"),
	} {
		if made := do(t, h, as(caller, create("ann", "key-1"))); made.ID != want {
			t.Errorf("%s of %s makes %s, want %s", caller.Subject, caller.Issuer, made.ID, want)
		}
	}
}

func TestARepetitionWithoutACurrencyIsFoundByStaff(t *testing.T) {
	h := handler(memory.NewEventStore())
	first := do(t, h, in("USD", false, "5.99"))
	staff := by("s", "c", "i")
	for _, r := range []command.Request{in("EUR", false, "5.99"), in("JPY", false, "5.99")} {
		if again := do(t, h, as(staff, r)); !again.Replayed || again.ID != first.ID {
			t.Errorf("%s is not %s", again.ID, first.ID)
		}
	}
	refused(t, h, as(staff, in("JPY", false, "5.98")), order.ErrInvalid)
	if made := do(t, h, as(staff, in("EUR", true, "5.99"))); made.ID == first.ID {
		t.Error("another currency is the same request")
	}
}

// While nobody can tell whether the key came before, nothing is recorded.
func TestWithoutTheAnswerOfBeforeNothingIsRecorded(t *testing.T) {
	for _, fault := range []error{
		ports.ErrUnavailable, ports.ErrUnreadable, context.DeadlineExceeded,
	} {
		store := watch(blind{memory.NewEventStore(), fault})
		for _, dry := range []bool{false, true} {
			r := as(by("s", "c", "i"), create("ann", "key"))
			r.DryRun = dry
			refused(t, handler(store), r, fault)
		}
		if store.appends.Load() > 0 {
			t.Errorf("after %v something was recorded", fault)
		}
	}
}

// A blind store cannot be read.
type blind struct {
	ports.EventStore
	fault error
}

func (b blind) Read(context.Context, order.ID, int, func(ports.Commit) error) error {
	return b.fault
}

func TestFiftyEqualRequestsOfStaffMakeOneOrder(t *testing.T) {
	h := handler(memory.NewEventStore())
	var all sync.WaitGroup
	results := make([]command.Result, 50)
	errs := make([]error, len(results))
	for i := range results {
		all.Go(func() {
			r := as(by("s", fmt.Sprint(i), "i"), create("ann", "key"))
			results[i], errs[i] = h.Handle(t.Context(), r)
		})
	}
	all.Wait()
	made := 0
	for i, r := range results {
		if errs[i] != nil || r.ID != results[0].ID ||
			!reflect.DeepEqual(r.OrderView, results[0].OrderView) {
			t.Fatalf("%+v, %v and %+v", r, errs[i], results[0])
		}
		if !r.Replayed {
			made++
		}
	}
	if made != 1 || errors.Join(errs...) != nil {
		t.Errorf("%d callers made it, want 1", made)
	}
}
