package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orders/ports"
)

var leadsDesc = desc("orders_subscription_leads",
	"1 if this process leads the subscription, else 0.", "subscription")

// leads are the subscriptions that this process may lead.
type leads struct {
	mu    sync.Mutex
	until map[string]time.Time // When the lease ends that this process holds; zero without one.
}

func newLeads() leads { return leads{until: map[string]time.Time{}} }

// Lease returns l, and notes until when this process holds it.
func (l *leads) Lease(name string, of ports.Lease) ports.Lease {
	l.set(name, time.Time{})
	return lease{of, func(until time.Time) { l.set(name, until) }}
}

func (l *leads) set(name string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until[name] = until
}

type lease struct {
	ports.Lease
	note func(until time.Time)
}

// Hold implements ports.Lease.
func (l lease) Hold(ctx context.Context, holder string, d time.Duration) (bool, error) {
	asked := time.Now()
	held, err := l.Lease.Hold(ctx, holder, d)
	switch {
	case held:
		l.note(asked.Add(d))
	case err == nil:
		l.note(time.Time{})
	}
	return held, err
}

// Release implements ports.Lease.
func (l lease) Release(ctx context.Context, holder string) error {
	l.note(time.Time{})
	return l.Lease.Release(ctx, holder)
}

// Describe implements prometheus.Collector.
func (l *leads) Describe(to chan<- *prometheus.Desc) { to <- leadsDesc }

// Collect implements prometheus.Collector.
func (l *leads) Collect(to chan<- prometheus.Metric) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, until := range l.until {
		leads := 0.0
		if time.Now().Before(until) {
			leads = 1
		}
		to <- now(leadsDesc, leads, name)
	}
}
