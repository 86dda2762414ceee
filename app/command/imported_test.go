package command_test

import (
	"context"
	"errors"
	"testing"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

const old order.ID = "ord_V1StGXR8_Z"

// imported is a handler of a store with one order of another program, of ann and the key "key".
func imported(t *testing.T) (*command.Handler, *memory.EventStore) {
	t.Helper()
	store, keys := memory.NewEventStore(), memory.NewImportedKeys()
	c := create("ann", "").Command.(order.Create)
	request, err := command.RequestOf(c)
	if err != nil {
		t.Fatal(err)
	}
	events, err := order.Order{}.Decide(c)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		keys.Add(t.Context(), ports.ImportedKey{
			Key: "key", OrderID: old, UserID: "ann", Request: request,
		}),
		keys.Add(t.Context(), ports.ImportedKey{
			Key: "lost", OrderID: "ord_0000000000", UserID: "ann", Request: request,
		}),
		store.Append(t.Context(), ports.Stream{ID: old}, ports.Commit{
			OrderID: old, Version: 1, At: noon.UTC(), ID: "1", Events: events,
			Key: "key", Request: request,
		}))
	if err != nil {
		t.Fatal(err)
	}
	h := handler(store)
	h.ReplayImported(keys)
	return h, store
}

func TestAnImportedKeyGivesTheFirstAnswer(t *testing.T) {
	h, store := imported(t)
	do(t, h, cancel(old, "", "staff"))
	staff := by("s", "c", "i")
	for _, caller := range []access.Caller{access.Everyone(), named("ann", "write"), staff} {
		for _, dry := range []bool{true, false} {
			for _, any := range []bool{true, false} {
				r := as(caller, create("ann", "key"))
				r.DryRun, r.AnyCurrency = dry, any
				if any { // The service's own may be another one by now.
					c := r.Command.(order.Create)
					c.Currency = "EUR"
					r.Command = c
				}
				got := do(t, h, r)
				if got.ID != old || !got.Replayed || got.Order.Status != order.StatusCreated {
					t.Errorf("%s got %s, %s", caller.Subject, got.ID, got.Order.Status)
				}
			}
		}
	}
	wantVersion(t, store, old, 2)
}

// As with keys of this service: another request is refused, and the key of another user is another.
func TestAnImportedKeyStandsForOneRequest(t *testing.T) {
	h, _ := imported(t)
	changed := create("ann", "key")
	changed.Command.(order.Create).Items[0].Quantity = number("3")
	refused(t, h, changed, command.ErrKeyReused)
	refused(t, h, as(named("ann", "write"), changed), command.ErrKeyReused)
	for _, r := range []command.Request{
		create("bob", "key"), create("ann", "KEY"), create("ann", ""),
		as(by("s", "c", "i"), changed), // The key of nobody's other request is not staff's.
	} {
		if got := do(t, h, r); got.ID == old || got.Replayed {
			t.Errorf("%q of %s got %s", r.Key, r.Caller.Subject, got.ID)
		}
	}
	if again := do(t, h, as(by("s", "c", "i"), changed)); !again.Replayed {
		t.Errorf("a repetition got %s", again.ID)
	}
	_, err := h.Handle(t.Context(), as(named("bob", "write"), create("ann", "key")))
	var scope *access.ScopeError
	if !errors.As(err, &scope) {
		t.Errorf("bob got %v", err)
	}
}

// Nothing is recorded while it is not known what the key stands for.
func TestAnImportedKeyThatCannotBeRead(t *testing.T) {
	h, store := imported(t)
	refused(t, h, create("ann", "lost"), ports.ErrUnavailable)
	h.ReplayImported(silent{})
	refused(t, h, create("ann", "new"), ports.ErrUnavailable)
	if n, err := store.Size(t.Context()); err != nil || n != 1 {
		t.Errorf("there are %d commits, %v", n, err)
	}
	do(t, h, create("ann", ""))
}

type silent struct{ ports.ImportedKeys }

func (silent) Find(context.Context, string) (ports.ImportedKey, error) {
	return ports.ImportedKey{}, ports.ErrUnavailable
}
