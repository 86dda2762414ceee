package main

import (
	"context"

	"orders/service"
)

// subscriptions manage those who tell brokers what was committed.
type subscriptions struct {
	operator
	Status subscriptionStatus `cmd:"" help:"Print how far each broker is told, why it cannot be told, and what is parked."`
	Retry  subscriptionRetry  `cmd:"" help:"Tell brokers of the parked orders again; exit code 1 if any stays parked."`
	Reset  subscriptionReset  `cmd:"" help:"Have brokers told everything again, from the first commit on."`
}

type (
	subscriptionStatus struct {
		Names []string `arg:"" optional:"" help:"The subscriptions, such as relay-kafka; all by default."`
		results
	}
	subscriptionRetry struct {
		Names []string `arg:"" optional:"" help:"The subscriptions; all by default."`
		results
	}
	subscriptionReset struct {
		Names []string `arg:"" optional:"" help:"The subscriptions; all by default."`
		Yes   bool     `help:"Do so. Consumers see every event again."`
		results
	}
)

func (subscriptionStatus) readsOnly() bool { return true }

func (s subscriptionStatus) Run(ctx context.Context, c *service.Config) error {
	return service.SubscriptionStatus(ctx, *c, s.Names, s.output())
}

func (r subscriptionRetry) Run(ctx context.Context, c *service.Config) error {
	return service.RetrySubscriptions(ctx, *c, r.Names, r.output())
}

func (r subscriptionReset) Run(ctx context.Context, c *service.Config) error {
	return service.ResetSubscriptions(ctx, *c, r.Names, r.Yes, r.output())
}
