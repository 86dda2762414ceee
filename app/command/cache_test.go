package command_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

func within(s ports.EventStore, b *budget.Budget) *command.Handler {
	return command.NewHandler(s, func() time.Time { return noon }, b)
}

// asked are requests of an order that another process has cancelled, under the key "theirs".
var asked = []struct {
	name string
	ask  func(*command.Request)
	want func(command.Result, error) bool
}{
	{"a refusal", func(*command.Request) {},
		func(_ command.Result, err error) bool { return errors.Is(err, order.ErrNotAllowed) }},
	{"a repeat", func(r *command.Request) { r.Command = order.Cancel{Reason: "fraud"} },
		func(r command.Result, err error) bool {
			return err == nil && r.Version == 4 && len(r.Events) == 0 && !r.Replayed
		}},
	{"a replay", func(r *command.Request) {
		r.Key, r.Command = "theirs", order.Cancel{Reason: "fraud"}
	}, func(r command.Result, err error) bool {
		return err == nil && r.Version == 4 && len(r.Events) == 1 && r.Replayed
	}},
	{"a key that was used", func(r *command.Request) { r.Key = "theirs" },
		func(_ command.Result, err error) bool { return errors.Is(err, command.ErrKeyReused) }},
	{"If-Match", func(r *command.Request) { r.IfMatch = at(3) },
		func(_ command.Result, err error) bool {
			var wrong *command.VersionError
			return errors.As(err, &wrong) && wrong.Current == 4
		}},
	{"a dry run", func(r *command.Request) { r.DryRun = true },
		func(_ command.Result, err error) bool { return errors.Is(err, order.ErrNotAllowed) }},
}

// Commits of another process count, also for a command that appends nothing.
func TestAWarmPastIsBroughtUpToDate(t *testing.T) {
	for _, c := range asked {
		t.Run(c.name, func(t *testing.T) {
			store := memory.NewEventStore()
			ours, theirs := handler(store), handler(store)
			made := do(t, ours, create("ann", ""))
			do(t, ours, capture(made.ID, "first"))
			do(t, ours, capture(made.ID, "second"))
			do(t, theirs, cancel(made.ID, "theirs", "fraud"))
			r := capture(made.ID, "late")
			c.ask(&r)
			if got, err := ours.Handle(t.Context(), r); !c.want(got, err) {
				t.Errorf("%+v, %v", got, err)
			}
			wantVersion(t, store, made.ID, 4)
		})
	}
}

// restores are what may be put in place of a store with an order at version 4.
var restores = []struct {
	name    string
	restore func(t *testing.T, s ports.EventStore, id order.ID) ports.EventStore
	version int // After it.
}{
	{"an older copy", func(t *testing.T, s ports.EventStore, id order.ID) ports.EventStore {
		return copyOf(t, s, id, 2)
	}, 2},
	{"nothing", func(*testing.T, ports.EventStore, order.ID) ports.EventStore {
		return memory.NewEventStore()
	}, 0},
	{"as many others", func(t *testing.T, s ports.EventStore, id order.ID) ports.EventStore {
		old := copyOf(t, s, id, 2)
		do(t, handler(old), capture(id, "other"))
		do(t, handler(old), cancel(id, "", "fraud"))
		return old
	}, 4},
	{"more others", func(t *testing.T, s ports.EventStore, id order.ID) ports.EventStore {
		old := copyOf(t, s, id, 1)
		for n := range 6 {
			do(t, handler(old), capture(id, fmt.Sprint("other-", n)))
		}
		return old
	}, 7},
}

// An operator puts another copy of the store in place while the process runs.
func TestARestoreIsNoticed(t *testing.T) {
	for _, c := range restores {
		t.Run(c.name, func(t *testing.T) {
			store := &restorable{EventStore: memory.NewEventStore()}
			h := handler(store)
			made := do(t, h, create("ann", ""))
			for n := range 3 {
				do(t, h, capture(made.ID, fmt.Sprint("payment-", n)))
			}
			store.EventStore = c.restore(t, store.EventStore, made.ID)
			wantVersion(t, store, made.ID, c.version)

			fresh := handler(copyOf(t, store, made.ID, c.version))
			for _, r := range []command.Request{
				capture(made.ID, "payment-1"), // Once a repeat, perhaps now no more.
				cancel(made.ID, "", "fraud"),
				confirm(made.ID, ""),
			} {
				got, err := h.Handle(t.Context(), r)
				want, wanted := fresh.Handle(t.Context(), r)
				if !reflect.DeepEqual(got, want) || fmt.Sprint(err) != fmt.Sprint(wanted) {
					t.Errorf("%+v:\ngot  %+v, %v\nwant %+v, %v", r, got, err, want, wanted)
				}
			}
		})
	}
}

func TestAReplayIsTheSameFromAWarmPast(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", "create"))
	first := do(t, h, confirm(made.ID, "key"))
	do(t, h, capture(made.ID, "payment"))
	first.Replayed = true
	for _, which := range []*command.Handler{h, h, handler(store)} {
		if again := do(t, which, confirm(made.ID, "key")); !reflect.DeepEqual(again, first) {
			t.Errorf("got %+v, want %+v", again, first)
		}
		refused(t, which, cancel(made.ID, "key", "fraud"), command.ErrKeyReused)
		refused(t, which, cancel(made.ID, "create", "fraud"), command.ErrKeyReused)
	}
	if r := do(t, h, capture(made.ID, "another")); r.Version != 4 {
		t.Errorf("%+v", r)
	}
}

func TestAPastIsKeptForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := watch(memory.NewEventStore())
		b := budget.New(budget.Default)
		h := within(store, b)
		made := do(t, h, create("ann", ""))
		if b.Used() != 0 {
			t.Errorf("%d bytes are kept for a new order", b.Used())
		}
		for n := range 9 {
			do(t, h, capture(made.ID, fmt.Sprint("payment-", n)))
			time.Sleep(4 * time.Second)
			if b.Used() == 0 {
				t.Fatal("its past is not kept")
			}
		}
		if n := store.commits.Load(); n != 1+8*2 { // The last two each time, once there are two.
			t.Errorf("%d commits were read by 9 commands", n)
		}
		other := do(t, h, create("ann", ""))
		do(t, h, confirm(other.ID, ""))
		time.Sleep(2 * time.Second)
		if one := b.Used(); one == 0 || one > 2<<10 {
			t.Errorf("%d bytes are kept, want those of one small order", one)
		}
		time.Sleep(4 * time.Second)
		if b.Used() != 0 {
			t.Errorf("%d bytes are kept", b.Used())
		}
		store.commits.Store(0)
		do(t, h, capture(made.ID, "last"))
		if n := store.commits.Load(); n != 10 {
			t.Errorf("%d commits were read of 10", n)
		}
	})
}

// A holed store lacks a commit. So does one that was replaced by an older copy just when an order's
// next commit was written.
type holed struct {
	ports.EventStore
	hole int
}

func (h *holed) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return h.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		if c.Version == h.hole {
			return ports.ErrUnreadable
		}
		return each(c)
	})
}

func TestNothingIsAddedBehindAHole(t *testing.T) {
	store := &holed{EventStore: memory.NewEventStore()}
	h := handler(store)
	made := do(t, h, create("ann", ""))
	for n := range 4 {
		do(t, h, capture(made.ID, fmt.Sprint("payment-", n)))
	}
	store.hole = 4 // The fifth is there, and the last that was recorded.
	refused(t, h, capture(made.ID, "late"), ports.ErrUnreadable)
	refused(t, h, confirm(made.ID, ""), ports.ErrUnreadable)
	wantVersion(t, store.EventStore, made.ID, 5)
}
