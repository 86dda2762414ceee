package contract

import (
	"context"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// brokenSubscriptions are good ones except for the function that opens them.
type brokenSubscriptions struct {
	open func(ports.SubscriptionName) (ports.Subscription, error)
}

func (b brokenSubscriptions) Open(name ports.SubscriptionName) (ports.Subscription, error) {
	return b.open(name)
}

// opens breaks what two handles on good subscriptions open.
func opens(
	breakIt func(
		good *memory.Subscriptions, name ports.SubscriptionName,
	) (ports.Subscription, error),
) func() SubscriptionStores {
	return func() SubscriptionStores {
		good := memory.NewSubscriptions()
		b := brokenSubscriptions{func(n ports.SubscriptionName) (ports.Subscription, error) {
			return breakIt(good, n)
		}}
		return SubscriptionStores{b, b}
	}
}

func TestSubscriptionLawsCatch(t *testing.T) {
	catches(t, subscriptionLaws, map[string]func() SubscriptionStores{
		"all who open a name have the same subscription": func() SubscriptionStores {
			return SubscriptionStores{memory.NewSubscriptions(), memory.NewSubscriptions()}
		},
		"subscriptions of other names are apart": opens(func(
			good *memory.Subscriptions, name ports.SubscriptionName,
		) (ports.Subscription, error) {
			return good.Open(name[:1])
		}),
		"who leads, how far it is, what is parked and what fails do not touch each other": opens(
			forgetsReleased),
		"any text is a position": opens(func(
			good *memory.Subscriptions, name ports.SubscriptionName,
		) (ports.Subscription, error) {
			s, err := good.Open(name)
			s.Checkpoint = evaluates{s.Checkpoint}
			return s, err
		}),
		"a name that is not valid is refused": opens(func(
			good *memory.Subscriptions, name ports.SubscriptionName,
		) (ports.Subscription, error) {
			if !name.Valid() {
				name = "a"
			}
			return good.Open(name)
		}),
	})
}

// forgetsReleased deletes a subscription when its lease is released.
func forgetsReleased(
	good *memory.Subscriptions, name ports.SubscriptionName,
) (ports.Subscription, error) {
	s, err := good.Open(name)
	s.Lease = takesPosition{s.Lease, s.Checkpoint}
	return s, err
}

type takesPosition struct {
	ports.Lease
	checkpoint ports.Checkpoint
}

func (l takesPosition) Release(ctx context.Context, holder string) error {
	at, _ := l.checkpoint.Load(ctx)
	_ = l.checkpoint.Advance(ctx, at, "")
	return l.Lease.Release(ctx, holder)
}

// evaluates takes a position for an expression.
type evaluates struct{ ports.Checkpoint }

func (e evaluates) Advance(ctx context.Context, from, to ports.Position) error {
	if to == "$position" {
		to = from
	}
	return e.Checkpoint.Advance(ctx, from, to)
}
