package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/ports"
)

const (
	// probeMax is how long a check may take.
	probeMax = time.Second
	// probeAge is how long a result is reused, so that probes cause no load.
	probeAge = 500 * time.Millisecond
)

// A probe runs all checks at once, and reuses their results for a moment.
type probe struct {
	checks []ports.Check
	log    *slog.Logger

	mu   sync.Mutex // Held while checks run: other callers wait and get the same results.
	at   time.Time
	seen []wire.Check
	why  error  // The errors of the checks that failed.
	fail string // The names of those that the log was told last.
}

func (p *probe) ask() ([]wire.Check, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at.IsZero() || time.Since(p.at) > probeAge {
		p.seen, p.why = run(p.checks)
		p.at = time.Now()
		p.logChange()
	}
	return p.seen, p.why
}

// logChange logs which checks fail, once for as long as these do.
func (p *probe) logChange() {
	fail := failing(p.seen)
	switch fail {
	case p.fail:
		return
	case "":
		p.log.Info("The process is ready again")
	default:
		p.log.Warn("The process is not ready", "checks", fail, "error", p.why)
	}
	p.fail = fail
}

// failing returns the names of the checks that fail.
func failing(checks []wire.Check) string {
	var names []string
	for _, c := range checks {
		if !c.OK {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// run runs the checks. A check without a result after probeMax has failed, and is not waited for.
func run(checks []ports.Check) ([]wire.Check, error) {
	ctx, cancel := context.WithTimeout(context.Background(), probeMax)
	defer cancel()
	answers := make([]chan error, len(checks))
	for i, c := range checks {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- c.Ready(ctx) }()
	}
	seen, failed := make([]wire.Check, len(checks)), []error{}
	for i, c := range checks {
		var err error
		select {
		case err = <-answers[i]:
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("check %s: %w", c.Name, err))
		}
		seen[i] = wire.Check{Name: c.Name, OK: err == nil}
	}
	return seen, errors.Join(failed...)
}

// lagCheck fails while a projection lags farther than most.
func lagCheck(projections ports.Projections, most time.Duration) ports.Check {
	return ports.Check{Name: "lag", Ready: func(ctx context.Context) error {
		all, err := projections.Status(ctx)
		for _, p := range all {
			if p.Lag.Time > most {
				err = errors.Join(err, fmt.Errorf("%s is %s behind", p.Name, p.Lag.Time))
			}
		}
		return err
	}}
}

// unready is the answer while some checks fail. Their errors go to the log only.
func unready(checks []wire.Check, why error) *wire.Problem {
	detail := "these checks fail: " + failing(checks)
	if why != nil {
		why = fmt.Errorf("%s: %w", detail, why)
	}
	p := notReady.Problem(detail).Because(why)
	p.Checks = checks
	return p
}

// Codes are the codes of probes.
var Codes = []wire.Code{notReady}

var notReady = wire.Code{
	Name: "not-ready", Status: fiber.StatusServiceUnavailable, Message: "❌ Not ready",
	Detail: "some checks fail", Meaning: "`/readyz`: some of the `checks` fail.",
	Action: "Send no requests to this process until all checks pass.",
	Retry:  wire.RetryLater, Members: []string{"checks"},
}
