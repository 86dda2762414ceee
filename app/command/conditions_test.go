package command_test

import (
	"errors"
	"reflect"
	"testing"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

func at(version int) func(int) bool { return func(v int) bool { return v == version } }

func TestACommandCanAskForAVersion(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	r := confirm(made.ID, "key")
	r.IfMatch = at(7)
	var wrong *command.VersionError
	if _, err := h.Handle(t.Context(), r); !errors.As(err, &wrong) || wrong.Current != 1 {
		t.Errorf("error %v, want that it is at version 1", err)
	}
	r.IfMatch = at(1)
	do(t, h, r)
	if again := do(t, h, r); !again.Replayed {
		t.Error("a retry with its outdated version did not get its answer")
	}
	r.Key = "another key"
	if _, err := h.Handle(t.Context(), r); !errors.As(err, &wrong) || wrong.Current != 2 {
		t.Errorf("error %v, want that it is at version 2, though it repeats what is so", err)
	}
	unknown := confirm(order.MakeID(make([]byte, 17)), "")
	unknown.IfMatch = at(1)
	refused(t, h, unknown, ports.ErrNotFound)
}

func TestADryRunTellsAndRecordsNothing(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	dry := create("ann", "key")
	dry.DryRun = true
	would := do(t, h, dry)
	wantVersion(t, store, would.ID, 0)
	did := do(t, h, create("ann", "key"))
	if !reflect.DeepEqual(would, did) {
		t.Errorf("it would be %+v and was %+v", would, did)
	}
	if again := do(t, h, dry); !again.Replayed {
		t.Error("a dry run does not see that its key came before")
	}
	dry = cancel(did.ID, "another", "fraud")
	dry.DryRun = true
	would = do(t, h, dry)
	wantVersion(t, store, did.ID, 1)
	if would.Version != 2 || would.Order.Status != order.StatusCancelled ||
		!reflect.DeepEqual(would.Events, []order.Event{order.Cancelled{Reason: "fraud"}}) {
		t.Errorf("it would be %+v", would)
	}
	do(t, h, cancel(did.ID, "another", "staff")) // The dry run bound no key.
	refused(t, h, dry, command.ErrKeyReused)
}
