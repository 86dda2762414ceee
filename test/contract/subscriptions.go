package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// SubscriptionStores are two handles on the same subscriptions, as two processes have them.
type SubscriptionStores [2]ports.Subscriptions

// Subscriptions checks the subscriptions that open returns, fresh for each law.
func Subscriptions(t *testing.T, open func(*testing.T) SubscriptionStores, in ...In) {
	check(t, subscriptionsLaws(), open, in...)
}

func subscriptionsLaws() []law[SubscriptionStores] {
	return slices.Concat(subscriptionLaws,
		on(checkpointLaws, func(s SubscriptionStores) ports.Checkpoint {
			return one(s[0]).Checkpoint
		}),
		on(leaseLaws, func(s SubscriptionStores) leases {
			return leases{one(s[0]).Lease, one(s[1]).Lease}
		}),
		on(failuresLaws, func(s SubscriptionStores) failures {
			return failures{one(s[0]).Failures, one(s[1]).Failures}
		}),
		on(parkedLaws, func(s SubscriptionStores) ports.Parked { return one(s[0]).Parked }),
	)
}

var subscriptionLaws = promises[ports.Subscriptions]([]law[SubscriptionStores]{
	{"all who open a name have the same subscription", sameForAll},
	{"subscriptions of other names are apart", apartByName},
	{"who leads, how far it is, what is parked and what fails do not touch each other", allApart},
	{"any text is a position", anyTextIsAPosition},
	{"a name that is not valid is refused", namesAreValid},
})

// one opens the subscription with a valid name.
func one(s ports.Subscriptions) ports.Subscription { return named(s, "one") }

// named opens a subscription. If that fails, every method of the result returns the error.
func named(s ports.Subscriptions, name ports.SubscriptionName) ports.Subscription {
	sub, err := s.Open(name)
	if err != nil {
		fails := closed{err}
		return ports.Subscription{
			Checkpoint: fails, Lease: fails, Parked: failsToPark{fails}, Failures: fails,
		}
	}
	return sub
}

// closed always fails.
type closed struct{ err error }

func (c closed) Load(context.Context) (ports.Position, error) { return "", c.err }

func (c closed) Advance(context.Context, ports.Position, ports.Position) error { return c.err }

func (c closed) Hold(context.Context, string, time.Duration) (bool, error) { return false, c.err }

func (c closed) Release(context.Context, string) error { return c.err }

func (c closed) Holder(context.Context) (string, error) { return "", c.err }

func (c closed) Record(context.Context, ports.Failure) error { return c.err }

func (c closed) Clear(context.Context) error { return c.err }

func (c closed) Last(context.Context) (ports.Failure, error) { return ports.Failure{}, c.err }

// failsToPark is a closed ports.Parked, whose Release has other arguments than that of a lease.
type failsToPark struct{ closed }

func (f failsToPark) Park(context.Context, []ports.ParkedOrder) error { return f.err }

func (f failsToPark) Release(context.Context, order.ID, int) error { return f.err }

func (f failsToPark) List(context.Context, order.ID, int) ([]ports.ParkedOrder, error) {
	return nil, f.err
}

func sameForAll(ctx context.Context, s SubscriptionStores) error {
	here, there := one(s[0]), one(s[1])
	return errors.Join(
		here.Checkpoint.Advance(ctx, "", "a"), wantPosition(ctx, there.Checkpoint, "a"),
		there.Checkpoint.Advance(ctx, "a", "b"), wantPosition(ctx, one(s[0]).Checkpoint, "b"),
		wantError(here.Checkpoint.Advance(ctx, "a", "c"), ports.ErrConflict),
		wantHold(ctx, here.Lease, "ann", time.Minute, true),
		wantHold(ctx, there.Lease, "bob", time.Minute, false),
		wantHold(ctx, one(s[0]).Lease, "bob", time.Minute, false),
		park(ctx, here.Parked, parkedOrder(1, 1)),
		wantParked(ctx, there.Parked, parkedOrder(1, 1)),
		there.Parked.Release(ctx, id(1), 1), wantParked(ctx, one(s[0]).Parked),
	)
}

func apartByName(ctx context.Context, s SubscriptionStores) error {
	names := []ports.SubscriptionName{"one", "on", "one-1", "one-11", "x"}
	var err error
	for n, name := range names {
		sub := named(s[0], name)
		err = errors.Join(err, wantPosition(ctx, sub.Checkpoint, ""), wantParked(ctx, sub.Parked),
			sub.Checkpoint.Advance(ctx, "", ports.Position(name)),
			wantHold(ctx, sub.Lease, string(name), time.Minute, true),
			park(ctx, sub.Parked, parkedOrder(n, 1), parkedOrder(9, n+1)),
			sub.Failures.Record(ctx, failed(n, string(name))))
	}
	for n, name := range names {
		sub := named(s[1], name)
		err = errors.Join(err, wantPosition(ctx, sub.Checkpoint, ports.Position(name)),
			wantHold(ctx, sub.Lease, string(name), time.Minute, true),
			wantParked(ctx, sub.Parked, parkedOrder(n, 1), parkedOrder(9, n+1)),
			sub.Parked.Release(ctx, id(9), n+1), wantParked(ctx, sub.Parked, parkedOrder(n, 1)),
			wantFailure(ctx, sub.Failures, failed(n, string(name))), sub.Failures.Clear(ctx))
	}
	return err
}

func allApart(ctx context.Context, s SubscriptionStores) error {
	here, there := one(s[0]), one(s[1])
	return errors.Join(
		wantHold(ctx, here.Lease, "ann", time.Minute, true),
		here.Checkpoint.Advance(ctx, "", "a"), // The first write, while somebody leads.
		park(ctx, there.Parked, parkedOrder(1, 1)), there.Failures.Record(ctx, failed(1, "why")),
		wantHold(ctx, there.Lease, "bob", time.Minute, false),
		there.Checkpoint.Advance(ctx, "a", "b"), // Nobody need lead to do so.
		here.Lease.Release(ctx, "ann"), wantPosition(ctx, there.Checkpoint, "b"),
		wantHold(ctx, there.Lease, "bob", time.Minute, true),
		wantPosition(ctx, here.Checkpoint, "b"),
		there.Checkpoint.Advance(ctx, "b", ""),
		wantHold(ctx, here.Lease, "ann", time.Minute, false),
		there.Lease.Release(ctx, "bob"), here.Checkpoint.Advance(ctx, "", "c"),
		wantHold(ctx, here.Lease, "ann", time.Minute, true),
		wantPosition(ctx, here.Checkpoint, "c"),
		wantParked(ctx, here.Parked, parkedOrder(1, 1)), here.Parked.Release(ctx, id(1), 1),
		wantFailure(ctx, here.Failures, failed(1, "why")), here.Failures.Clear(ctx),
		wantPosition(ctx, there.Checkpoint, "c"),
		wantHold(ctx, there.Lease, "bob", time.Minute, false),
	)
}

func anyTextIsAPosition(ctx context.Context, s SubscriptionStores) error {
	at := ports.Position("")
	for _, to := range []ports.Position{
		"$position", "$$NOW", `{"$ne":1}`, "a.b", "é\n\x00", "0", "null",
		ports.Position(strings.Repeat("x", 4096)), " ", "$position ",
	} {
		if err := one(s[0]).Checkpoint.Advance(ctx, at, to); err != nil {
			return fmt.Errorf("advance to %.20q: %w", to, err)
		}
		if err := wantPosition(ctx, one(s[1]).Checkpoint, to); err != nil {
			return err
		}
		at = to
	}
	return nil
}

func namesAreValid(_ context.Context, s SubscriptionStores) error {
	for _, name := range []ports.SubscriptionName{
		"", "One", "1", "-a", "a b", "a.b", "a/b", "a_b", "$a", "é", "a\n", "a\x00",
		ports.SubscriptionName(strings.Repeat("a", 65)),
	} {
		if _, err := s[0].Open(name); err == nil {
			return fmt.Errorf("%q is opened", name)
		}
	}
	for _, name := range []ports.SubscriptionName{
		"a", "kafka", "a-1", ports.SubscriptionName(strings.Repeat("z", 64)),
	} {
		if _, err := s[0].Open(name); err != nil {
			return err
		}
	}
	return nil
}
