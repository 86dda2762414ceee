package metrics

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"orders/app/subscribe"
	"orders/ports"
)

var rebuild = ports.Filling{Commits: 5, Size: 9}

var lagOfOne = ports.Lag{Commits: 1, Time: time.Second}

func stands(lag ports.Lag, err error) Subscription {
	return Subscription{
		Name:   "x",
		Status: func(context.Context) (Status, error) { return Status{lag, 3, rebuild}, err },
		Leader: func(context.Context) (string, error) { return "host/1/A", nil },
	}
}

func TestASubscription(t *testing.T) {
	m := New(Build{})
	m.Subscription(stands(ports.Lag{Commits: 10, More: true, Time: 1500 * time.Millisecond}, nil))
	m.wants(t, `orders_subscription_lag_commits{subscription="x"} 10`,
		`orders_subscription_lag_seconds{subscription="x"} 1.5`,
		`orders_subscription_parked_orders{subscription="x"} 3`,
		`orders_subscription_lease_held{subscription="x"} 1`,
		`orders_rebuild_commits{projection="x"} 5`, `orders_rebuild_size_commits{projection="x"} 9`)
}

// A feed that told nothing in time leaves the lag unknown: it is not 0.
func TestAnUncountedLagIsAbsent(t *testing.T) {
	m := New(Build{})
	m.Subscription(stands(ports.Lag{More: true}, nil))
	m.wants(t, `orders_subscription_parked_orders{subscription="x"} 3`)
	m.wants(t, `orders_scrape_errors_total{asked="subscription/x"} 1`)
	if strings.Contains(m.text(t), lagKnown) {
		t.Error("it shows a lag that nobody counted")
	}
	m = New(Build{})
	m.Subscription(stands(ports.Lag{}, errors.New("away")))
	m.wants(t, `orders_subscription_lease_held{subscription="x"} 1`)
	if strings.Contains(m.text(t), "parked_orders{") {
		t.Error("it shows what it does not know")
	}
}

// A countedLease is held whenever held is true.
type countedLease struct {
	ports.Lease
	held bool
	err  error
}

func (l *countedLease) Hold(context.Context, string, time.Duration) (bool, error) {
	return l.held, l.err
}

func (l *countedLease) Release(context.Context, string) error { return l.err }

func TestWhoLeads(t *testing.T) {
	m, of := New(Build{}), &countedLease{held: true}
	l := m.Lease("x", of)
	leads := func(want string) { m.wants(t, `orders_subscription_leads{subscription="x"} `+want) }
	leads("0")
	_, _ = l.Hold(t.Context(), "me", time.Minute)
	leads("1")
	of.held, of.err = false, errors.New("away") // The lease lasts on.
	_, _ = l.Hold(t.Context(), "me", time.Minute)
	leads("1")
	of.err = nil // Another one has it.
	_, _ = l.Hold(t.Context(), "me", time.Minute)
	leads("0")
	of.held = true
	_, _ = l.Hold(t.Context(), "me", time.Minute)
	_ = l.Release(t.Context(), "me")
	leads("0")
	_, _ = l.Hold(t.Context(), "me", 0) // It has run out.
	leads("0")
}

func TestTheLastCommit(t *testing.T) {
	m := New(Build{})
	h := m.Handler("x", subscribe.Func(func(context.Context, ports.Batch) error { return nil }))
	if strings.Contains(m.text(t), "last_commit_timestamp_seconds{") {
		t.Error("there is a last commit before any")
	}
	at := time.UnixMilli(1_700_000_000_500)
	// A damaged one has no time.
	for _, commits := range [][]ports.Commit{{{}, {At: at}}, {}, {{}}} {
		if err := h.Handle(t.Context(), ports.Batch{Commits: commits}); err != nil {
			t.Fatal(err)
		}
	}
	m.wants(t, `orders_subscription_last_commit_timestamp_seconds{subscription="x"}`+
		` 1.7000000005e+09`)
}
