package metrics

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"orders/ports"
)

// A Subscription is a projection or a relay, whichever process leads it. Its funcs ask the stores.
type Subscription struct {
	Name   string
	Status func(context.Context) (Status, error)
	Leader func(context.Context) (string, error) // Empty if nobody leads.
}

// A Status is how a subscription stands.
type Status struct {
	Lag     ports.Lag
	Parked  int
	Rebuild ports.Filling // Zero while none is under way.
}

var (
	lagCommits = desc("orders_subscription_lag_commits",
		"Commits that the subscription has still to work on, in whatever process; at most 10000 "+
			"are counted.", "subscription")
	lagSeconds = desc("orders_subscription_lag_seconds",
		"Time since the oldest of them was committed; 0 if there is none.", "subscription")
	parkedOrders = desc("orders_subscription_parked_orders",
		"Orders for which the subscription cannot do its work; at most 100 are counted.",
		"subscription")
	leaseHeld = desc("orders_subscription_lease_held",
		"1 if any process leads the subscription, else 0.", "subscription")
)

// The progress of a rebuild, which may run in the process of an operator.
var (
	rebuilt = desc("orders_rebuild_commits",
		"Commits that the rebuild of the read model has read; absent while none is under way.",
		"projection")
	rebuildSize = desc("orders_rebuild_size_commits", "About how many it has to read.",
		"projection")
)

// errUncounted means that the feed told nothing for as long as somebody waited, so that the lag is
// not known.
var errUncounted = errors.New("the feed did not answer")

// Subscription has a subscription asked how it stands.
func (m *Metrics) Subscription(s Subscription) {
	m.asks("subscription/"+s.Name, s.stands)
	m.asks("lease/"+s.Name, s.isLed)
}

func (s Subscription) stands(ctx context.Context) ([]prometheus.Metric, error) {
	status, err := s.Status(ctx)
	if err != nil {
		return nil, err
	}
	known := []prometheus.Metric{now(parkedOrders, float64(status.Parked), s.Name)}
	if r := status.Rebuild; r.Size > 0 {
		known = append(known, now(rebuilt, float64(r.Commits), s.Name),
			now(rebuildSize, float64(r.Size), s.Name))
	}
	lag := status.Lag
	if lag.More && lag.Commits == 0 {
		return known, errUncounted
	}
	return append(known, now(lagCommits, float64(lag.Commits), s.Name),
		now(lagSeconds, lag.Time.Seconds(), s.Name)), nil
}

func (s Subscription) isLed(ctx context.Context) ([]prometheus.Metric, error) {
	leader, err := s.Leader(ctx)
	if err != nil {
		return nil, err
	}
	held := 0.0
	if leader != "" {
		held = 1
	}
	return []prometheus.Metric{now(leaseHeld, held, s.Name)}, nil
}
