package command_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

const issuer = "https://id.example"

// named is a caller with scopes, such as "write".
func named(subject string, scopes ...string) access.Caller {
	i := ports.Identity{Actor: ports.Actor{Subject: subject, Client: "shop", Issuer: issuer}}
	for _, s := range scopes {
		i.Scopes = append(i.Scopes, "orders:"+s)
	}
	return access.Named(i)
}

// as is r by another caller.
func as(caller access.Caller, r command.Request) command.Request {
	r.Caller = caller
	return r
}

// commands are one of each, as they are asked of an order.
func commands(id order.ID) map[string]command.Request {
	all := map[string]command.Request{"create": create("ann", "key")}
	for _, c := range []order.Command{
		order.ChangeItems{}, order.Confirm{}, order.Cancel{Reason: "fraud"},
		order.AuthorizePayment{}, order.CapturePayment{}, order.VoidPayment{},
		order.RefundPayment{}, order.ShipItems{}, order.DeliverShipment{}, order.Complete{},
		order.Hold{}, order.Release{},
	} {
		all[c.Name()] = on(id, "key", c)
	}
	return all
}

// Whoever brings a command, the handler itself asks whether the caller may.
func TestWhatACallerMayNotDoIsRefused(t *testing.T) {
	all := commands(order.MakeID(make([]byte, 17)))
	for _, rule := range order.Rules {
		r, known := all[rule.Command]
		if !known || !access.HasRule(rule.Command) {
			t.Fatalf("%s: in this test %v, in app/access/table.go %v", rule.Command, known,
				access.HasRule(rule.Command))
		}
		store := watch(memory.NewEventStore())
		for name, caller := range map[string]access.Caller{
			"nobody": {}, "no scope": named("ann"), "read": named("ann", "read"),
			"admin": named("ann", "admin"), "write": named("ann", "write"),
		} {
			if caller.May(rule.Command) == nil {
				continue
			}
			for _, r.DryRun = range []bool{false, true} {
				_, err := handler(store).Handle(t.Context(), as(caller, r))
				if want := caller.May(rule.Command); fmt.Sprint(err) != fmt.Sprint(want) {
					t.Errorf("%s by %s: %v, want %v", rule.Command, name, err, want)
				}
			}
		}
		if store.reads.Load() > 0 || store.appends.Load() > 0 {
			t.Errorf("%s that is refused came to the store", rule.Command)
		}
	}
}

func TestACustomerOrdersForNobodyElse(t *testing.T) {
	store := watch(memory.NewEventStore())
	h, ann := handler(store), named("ann", "write")
	for _, user := range []string{"bob", "Ann", "ann ", "anonymous"} {
		for _, key := range []string{"", "key"} {
			r := as(ann, create(user, key))
			for _, r.DryRun = range []bool{false, true} {
				var lacks *access.ScopeError
				if _, err := h.Handle(t.Context(), r); !errors.As(err, &lacks) ||
					lacks.Scope != access.Manage {
					t.Errorf("for %q: %v, want that it takes orders:manage", user, err)
				}
			}
		}
	}
	refused(t, h, as(ann, create("", "")), order.ErrInvalid)
	refused(t, h, as(ann, create("", "key")), order.ErrInvalid)
	refused(t, h, as(named("", "write"), create("", "key")), order.ErrInvalid)
	if store.appends.Load() > 0 {
		t.Error("something was recorded")
	}
	do(t, h, as(ann, create("ann", "key")))
	do(t, h, as(named("staff", "manage"), create("bob", "key")))
}

// unseen are requests of an order that the caller does not see.
func unseen(id order.ID) map[string]command.Request {
	all := commands(id)
	delete(all, "create")
	keyed := on(id, "theirs", order.Confirm{}) // As it came before.
	invalid := on(id, "", order.ChangeItems{})
	condition := on(id, "", order.Confirm{})
	condition.IfMatch = at(1)
	all["a key"], all["a value"], all["If-Match"] = keyed, invalid, condition
	for name, r := range maps.Clone(all) {
		r.DryRun = true
		all[name+", dry"] = r
	}
	return all
}

// long is a store with an order of ann's with many commits, the handler that made it, with its past
// at hand, and the order's ID.
func long(t *testing.T) (*watched, *command.Handler, order.ID) {
	t.Helper()
	store := watch(memory.NewEventStore())
	h := handler(store)
	made := do(t, h, as(named("ann", "write"), create("ann", "key")))
	do(t, h, as(named("ann", "write"), confirm(made.ID, "theirs")))
	for n := range 30 {
		do(t, h, capture(made.ID, fmt.Sprint("payment-", n)))
	}
	return store, h, made.ID
}

func TestAnotherOnesOrderIsLikeAnUnknownOne(t *testing.T) {
	store, warm, id := long(t)
	unknown := order.MakeID([]byte("an unknown order."))
	bob := named("bob", "write")
	mays := unseen(unknown)
	for name, r := range unseen(id) {
		if bob.May(r.Command.Name()) != nil {
			continue
		}
		for _, h := range []*command.Handler{warm, handler(store)} {
			store.log.Store(&[]string{})
			_, err := h.Handle(t.Context(), as(bob, r))
			got := *store.log.Swap(&[]string{})
			_, wanted := h.Handle(t.Context(), as(bob, mays[name]))
			want := *store.log.Load()
			if !errors.Is(err, ports.ErrNotFound) ||
				plain(err, id) != plain(wanted, unknown) {
				t.Errorf("%s: error %v, of an unknown one %v", name, err, wanted)
			}
			if len(got) != 1 || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: reads %q, of an unknown one %q", name, got, want)
			}
		}
	}
	if read := store.most.Load(); read != 1 {
		t.Errorf("%d commits were read of another one's order", read)
	}
	store.commits.Store(0)
	do(t, warm, capture(id, "last"))
	if n := store.commits.Load(); n != 2 {
		t.Errorf("%d commits were read after strangers came, want the last two", n)
	}
}

// plain is the text of an error about an order, without its ID.
func plain(err error, id order.ID) string {
	return strings.ReplaceAll(fmt.Sprint(err), string(id), "")
}

// A store that says of an order's first commit that it is damaged.
func TestADamagedOrderIsUnknownToThoseWhoMayNotSeeIt(t *testing.T) {
	store, _, id := long(t)
	for _, hole := range []int{1, 2} {
		h := handler(&holed{EventStore: store, hole: hole})
		refused(t, h, as(named("bob", "write"), confirm(id, "")), ports.ErrNotFound)
		refused(t, h, confirm(id, ""), ports.ErrUnreadable)
		want := ports.ErrUnreadable
		if hole == 1 {
			want = ports.ErrNotFound
		}
		refused(t, h, as(named("ann", "write"), confirm(id, "")), want)
		if hole == 1 {
			refused(t, h, as(named("ann", "write"), create("ann", "key")), ports.ErrUnreadable)
		}
	}
}

// Strangers neither hold up those who see an order, nor wait for them.
func TestStrangersTakeNoTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &held{EventStore: memory.NewEventStore(), in: make(chan struct{}),
			letGo: make(chan struct{})}
		h := handler(store)
		made := do(t, h, create("ann", ""))
		store.id = made.ID
		results := map[string]chan error{}
		ask := func(name string) {
			done := make(chan error, 1)
			results[name] = done
			go func() {
				ctx, stop := context.WithTimeout(t.Context(), time.Second)
				defer stop()
				_, err := h.Handle(ctx, as(named(name, "write"), confirm(made.ID, "")))
				done <- err
			}()
			<-store.in
		}
		ask("bob")
		ask("ann")
		ask("eve")
		for range results {
			store.letGo <- struct{}{}
		}
		for name, done := range results {
			if err := <-done; (err == nil) != (name == "ann") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestTheCommitNamesItsActor(t *testing.T) {
	store := memory.NewEventStore()
	staff := named("staff", "manage")
	made := do(t, handler(store), as(staff, create("ann", "")))
	s, err := store.Load(t.Context(), made.ID)
	want := ports.Actor{Subject: "staff", Client: "shop", Issuer: issuer}
	if err != nil || s.Commits[0].Actor != want {
		t.Errorf("%+v, %v; want %+v", s.Commits[0].Actor, err, want)
	}
}
