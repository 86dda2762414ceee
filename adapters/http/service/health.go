// Package service serves probes and operators: health, readiness, the status of projections and of
// subscriptions.
package service

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/ports"
)

const (
	healthText = "The answer says only that the process serves requests, as that of /livez. " +
		"Ask /readyz whether what it needs is there."
	liveText = "Restart the process if it does not answer; it recovers from everything else by " +
		"itself."
	readyText = "Send requests while the answer is 200. It is 503, with the checks that fail, " +
		"while the service starts or stops, or while something that it needs is missing. " +
		"Results are cached for half a second. At most every 10 seconds the service tries what " +
		"its roles do in the database, so that it also notices a missing permission."
)

// A Monitor serves health, readiness and the status of projections.
type Monitor struct {
	started, draining atomic.Bool
	probe             probe
	projections       ports.Projections
	relays            ports.Relays
}

// Parts are what a Monitor asks.
type Parts struct {
	Checks      []ports.Check
	Projections ports.Projections // Nil where they cannot be seen.
	Relays      ports.Relays      // Nil where they cannot be seen.
}

// New returns a Monitor that is ready while the checks pass and no projection lags farther than
// maxLag; 0 is no limit. How far brokers are told matters not: the process does its work without
// them. It logs when checks begin or cease to fail.
func New(p Parts, maxLag time.Duration, log *slog.Logger) *Monitor {
	checks := p.Checks
	if maxLag > 0 && p.Projections != nil {
		checks = append(slices.Clip(checks), lagCheck(p.Projections, maxLag))
	}
	return &Monitor{
		probe: probe{checks: checks, log: log}, projections: p.Projections, relays: p.Relays,
	}
}

// SeesProjections reports whether it can show the projections.
func (m *Monitor) SeesProjections() bool { return m.projections != nil }

// SeesRelays reports whether it can show the subscriptions.
func (m *Monitor) SeesRelays() bool { return m.relays != nil }

// Add adds the operations. Every process has them.
func (m *Monitor) Add(api huma.API) {
	health := serviceQuery("/health", "health", "Check whether the service is up",
		wire.Response("The service is up."), 503)
	health.Description = healthText
	huma.Register(api, wire.Probe(health), m.health)

	live := serviceQuery("/livez", "live", "Check whether the process serves",
		wire.Response("The process serves requests."), 503)
	live.Description = liveText
	huma.Register(api, wire.Probe(live), m.health)

	ready := serviceQuery("/readyz", "ready", "Check whether the process is ready for requests",
		wire.Response("The service is ready for requests."), 503)
	ready.Description = readyText
	ready.Responses["503"].Description = "The process is not ready: some of the `checks` fail."
	huma.Register(api, wire.Probe(ready), m.ready)
	m.addProjections(api)
	m.addSubscriptions(api)
}

// serviceQuery describes a GET about the service.
func serviceQuery(
	path, id, summary string, success *huma.Response, statuses ...int,
) huma.Operation {
	op := wire.Get(path, id, summary, success, statuses...)
	op.Tags = []string{"service"}
	return op
}

type healthAnswer struct{ Body health }

type health struct {
	OK bool `json:"ok" doc:"Always true." example:"true"`
}

func (m *Monitor) health(context.Context, *struct{}) (*healthAnswer, error) {
	return &healthAnswer{health{OK: true}}, nil
}

type readyAnswer struct{ Body readiness }

// A readiness is the answer of a ready service.
type readiness struct {
	OK     bool         `json:"ok" doc:"Always true." example:"true"`
	Checks []wire.Check `json:"checks" doc:"The checks that were made."`
}

func (m *Monitor) ready(context.Context, *struct{}) (*readyAnswer, error) {
	checks := []wire.Check{
		{Name: "started", OK: m.started.Load()}, {Name: "not-stopping", OK: !m.draining.Load()},
	}
	asked, why := m.probe.ask()
	checks = append(checks, asked...)
	for _, c := range checks {
		if !c.OK {
			return nil, unready(checks, why)
		}
	}
	return &readyAnswer{readiness{true, checks}}, nil
}

// Start makes the service ready.
func (m *Monitor) Start() { m.started.Store(true) }

// Drains reports whether the service is going to stop.
func (m *Monitor) Drains() bool { return m.draining.Load() }

// Drain makes the service not ready, and reports whether this is the first call.
func (m *Monitor) Drain() (first bool) { return !m.draining.Swap(true) }
