package command_test

import (
	"context"
	"fmt"
	"testing"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// by is a caller who may do everything.
func by(subject, client, issuer string) access.Caller {
	return access.Named(ports.Identity{
		Actor:  ports.Actor{Subject: subject, Client: client, Issuer: issuer},
		Scopes: []string{"orders:manage"},
	})
}

// rivals are a caller, and another one with the same key: whether the keys meet.
var rivals = []struct {
	name        string
	first, then access.Caller
	meet        bool
}{
	{"nobody named", access.Everyone(), access.Everyone(), true},
	{"the same", by("s", "c", "i"), by("s", "c", "i"), true},
	{"by another client", by("s", "c", "i"), by("s", "d", "i"), true},
	{"of another issuer", by("s", "c", "i"), by("s", "c", "j"), false},
	{"another subject", by("s", "c", "i"), by("t", "c", "i"), false},
	{"turned on", access.Everyone(), by("s", "c", "i"), true},
	{"turned off", by("s", "c", "i"), access.Everyone(), true},
	{"called anonymous", by("anonymous", "c", "i"), by("s", "c", "i"), false},
	{"then called anonymous", by("s", "c", "i"), by("anonymous", "c", "i"), false},
}

func TestAKeyOnAnOrderBelongsToItsActor(t *testing.T) {
	for _, tt := range rivals {
		for _, warm := range []bool{false, true} {
			t.Run(fmt.Sprint(tt.name, ", warm: ", warm), func(t *testing.T) {
				store := memory.NewEventStore()
				h := handler(store)
				made := do(t, h, as(tt.first, create("ann", "")))
				first := as(tt.first, capture(made.ID, "one"))
				first.Key = "key"
				do(t, h, first)
				if !warm {
					h = handler(store)
				}
				for _, dry := range []bool{true, false} {
					again := as(tt.then, first)
					again.DryRun = dry
					if r := do(t, h, again); r.Replayed != tt.meet || r.Version != 2 {
						t.Errorf("replayed: %v, at version %d", r.Replayed, r.Version)
					}
					other := as(tt.then, capture(made.ID, "two"))
					other.Key, other.DryRun = "key", dry
					if tt.meet {
						refused(t, h, other, command.ErrKeyReused)
					} else if r := do(t, h, other); r.Version != 3 || r.Replayed {
						t.Errorf("version %d, replayed: %v", r.Version, r.Replayed)
					}
				}
			})
		}
	}
}

// Commits of several actors with one key, of which each caller gets its own answer.
func TestTheCallersOwnKeyComesFirst(t *testing.T) {
	store := memory.NewEventStore()
	made := do(t, handler(store), create("ann", ""))
	actors := []access.Caller{by("s", "c", "i"), by("t", "c", "i"), access.Everyone()}
	for i, actor := range actors { // The handler itself would not let the last one do so.
		r := as(actor, capture(made.ID, fmt.Sprint("payment-", i)))
		r.Key = fmt.Sprint("key ", i)
		do(t, handler(store), r)
	}
	same := sameKey{store}
	for i, actor := range actors {
		r := as(actor, capture(made.ID, fmt.Sprint("payment-", i)))
		r.Key = "key"
		if got := do(t, handler(same), r); !got.Replayed || got.Version != i+2 {
			t.Errorf("caller %d got the answer of version %d", i, got.Version)
		}
		r = as(actor, capture(made.ID, fmt.Sprint("payment-", (i+1)%len(actors))))
		r.Key = "key"
		refused(t, handler(same), r, command.ErrKeyReused)
	}
	r := as(by("u", "c", "i"), capture(made.ID, "payment-2")) // The anonymous one's.
	r.Key = "key"
	if got := do(t, handler(same), r); !got.Replayed || got.Version != 4 {
		t.Errorf("a newcomer got the answer of version %d", got.Version)
	}
}

// A store with the same key in all commits but the first.
type sameKey struct{ ports.EventStore }

func (s sameKey) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return s.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		if c.Key != "" {
			c.Key = "key"
		}
		return each(c)
	})
}

func TestWithoutNamesEveryKeyThatCameIsFound(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	for i, actor := range []access.Caller{by("s", "c", "i"), by("t", "c", "i")} {
		r := as(actor, capture(made.ID, fmt.Sprint("payment-", i)))
		r.Key = "key"
		do(t, h, r)
	}
	for i := range 2 {
		r := capture(made.ID, fmt.Sprint("payment-", i))
		r.Key = "key"
		if got := do(t, h, r); !got.Replayed || got.Version != i+2 {
			t.Errorf("request %d got the answer of version %d", i, got.Version)
		}
	}
	refused(t, h, cancel(made.ID, "key", "fraud"), command.ErrKeyReused)
}

func TestOfEqualRequestsTheFirstAnswers(t *testing.T) {
	h := handler(memory.NewEventStore())
	made := do(t, h, create("ann", ""))
	changed := func(quantity string) command.Request {
		items := create("", "").Command.(order.Create).Items
		items[0].Quantity = number(quantity)
		return on(made.ID, "key", order.ChangeItems{Items: items})
	}
	do(t, h, as(by("s", "c", "i"), changed("7")))
	do(t, h, as(by("t", "c", "i"), changed("8")))
	do(t, h, as(by("u", "c", "i"), changed("7")))
	if got := do(t, h, changed("7")); !got.Replayed || got.Version != 2 {
		t.Errorf("got the answer of version %d", got.Version)
	}
}
