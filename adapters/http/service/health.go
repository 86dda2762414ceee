// Package service tells those who look after the service how it is.
package service

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/ports"
)

const (
	liveText  = "Restart the process when there is no answer; it recovers from anything else."
	readyText = "Send requests while the answer is 200. It is 503, and says which check fails, " +
		"while the service starts, once it was told to stop, and while something that it needs " +
		"is missing. A result counts for half a second. What its roles do in the database is " +
		"tried at most every 10 seconds, so that a missing permission is noticed, too."
)

// A Monitor answers those who look after the service: health, readiness, projections.
type Monitor struct {
	started, draining atomic.Bool
	probe             probe
	projections       ports.Projections // Nil where they cannot be seen.
}

// New returns a Monitor that is ready while checks hold and no projection is farther behind than
// maxLag; 0 is no limit.
func New(
	checks []ports.Check, projections ports.Projections, maxLag time.Duration,
) *Monitor {
	if maxLag > 0 && projections != nil {
		checks = append(slices.Clip(checks), lagCheck(projections, maxLag))
	}
	return &Monitor{probe: probe{checks: checks}, projections: projections}
}

// SeesProjections reports whether it can show the projections.
func (m *Monitor) SeesProjections() bool { return m.projections != nil }

// Add adds its operations. They are on every process.
func (m *Monitor) Add(api huma.API) {
	health := serviceQuery("/health", "health", "Check whether the service is up",
		wire.Answers("The service is up."), 500)
	huma.Register(api, health, m.health)

	live := serviceQuery("/livez", "live", "Check whether the process serves",
		wire.Answers("The process serves requests."), 500)
	live.Description = liveText
	huma.Register(api, live, m.health)

	ready := serviceQuery("/readyz", "ready", "Check whether to send requests here",
		wire.Answers("The service is ready for requests."), 500, 503)
	ready.Description = readyText
	huma.Register(api, ready, m.ready)
	m.addProjections(api)
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

// A readiness is what /readyz says of a service that is ready.
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

// Start says that the application has started; the service is ready from then on.
func (m *Monitor) Start() { m.started.Store(true) }

// Drain says that the service is about to stop, and reports whether nobody has said so before.
func (m *Monitor) Drain() (first bool) { return !m.draining.Swap(true) }
