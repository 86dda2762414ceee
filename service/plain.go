package service

import (
	"context"

	"orders/ports"
)

// plain is a subscription that keeps no logins in what it says of its broker. Operators see that,
// and backups have it.
func plain(s ports.Subscription) ports.Subscription {
	s.Failures, s.Parked = plainFailures{s.Failures}, plainParked{s.Parked}
	return s
}

type plainFailures struct{ ports.Failures }

// Record implements ports.Failures.
func (p plainFailures) Record(ctx context.Context, f ports.Failure) error {
	f.Reason = plainText(WithoutLogins(f.Reason), textMax)
	return p.Failures.Record(ctx, f)
}

type plainParked struct{ ports.Parked }

// Park implements ports.Parked.
func (p plainParked) Park(ctx context.Context, orders []ports.ParkedOrder) error {
	plain := make([]ports.ParkedOrder, len(orders))
	for i, o := range orders {
		o.Reason = plainText(WithoutLogins(o.Reason), textMax)
		plain[i] = o
	}
	return p.Parked.Park(ctx, plain)
}
