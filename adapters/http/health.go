package http

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
	liveText  = "Restart the process when there is no answer; anything else it gets over itself."
	readyText = "Send requests while the answer is 200. It is 503, and says which check fails, " +
		"while the service starts, once it was told to stop, and while something that it needs " +
		"is not there. What was found counts for half a second. What its roles do in the " +
		"database is tried every 10 seconds at most, so it also tells what is no longer allowed."
)

// A monitor is what those see who look after the service.
type monitor struct {
	started, draining atomic.Bool
	probe             probe
	projections       ports.Projections // Nil where they cannot be seen.
}

// newMonitor returns one that is ready while checks hold, and no projection is farther behind than
// maxLag; 0 is no limit.
func newMonitor(
	checks []ports.Check, projections ports.Projections, maxLag time.Duration,
) *monitor {
	if maxLag > 0 && projections != nil {
		checks = append(slices.Clip(checks), lagCheck(projections, maxLag))
	}
	return &monitor{probe: probe{checks: checks}, projections: projections}
}

// add adds what those ask who look after the process and the service. It is on every process.
func (s *monitor) add(api huma.API) {
	health := serviceQuery("/health", "health", "Tell whether the service is up",
		wire.Answers("It is up."), 500)
	huma.Register(api, health, s.health)

	live := serviceQuery("/livez", "live", "Tell whether the process serves",
		wire.Answers("It does."), 500)
	live.Description = liveText
	huma.Register(api, live, s.health)

	ready := serviceQuery("/readyz", "ready", "Tell whether to send requests here",
		wire.Answers("Do."), 500, 503)
	ready.Description = readyText
	huma.Register(api, ready, s.ready)
	s.addProjections(api)
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

func (s *monitor) health(context.Context, *struct{}) (*healthAnswer, error) {
	return &healthAnswer{health{OK: true}}, nil
}

type readyAnswer struct{ Body readiness }

// A readiness is what /readyz says of a service that is ready.
type readiness struct {
	OK     bool         `json:"ok" doc:"Always true." example:"true"`
	Checks []wire.Check `json:"checks" doc:"What was looked at."`
}

func (s *monitor) ready(context.Context, *struct{}) (*readyAnswer, error) {
	checks := []wire.Check{
		{Name: "started", OK: s.started.Load()}, {Name: "not-stopping", OK: !s.draining.Load()},
	}
	asked, why := s.probe.ask()
	checks = append(checks, asked...)
	for _, c := range checks {
		if !c.OK {
			return nil, unready(checks, why)
		}
	}
	return &readyAnswer{readiness{true, checks}}, nil
}

// start says that the application has started; the service is ready from then on.
func (s *monitor) start() { s.started.Store(true) }

// drain says that the service is about to stop, and reports whether nobody has said so before.
func (s *monitor) drain() (first bool) { return !s.draining.Swap(true) }
