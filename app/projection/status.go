package projection

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"orders/app/subscribe"
	"orders/ports"
)

// parkedShown is how many parked orders a status has, at most.
const parkedShown = 100

// Status implements Projection.
func (p *projection[V]) Status(ctx context.Context) (ports.ProjectionStatus, error) {
	s := ports.ProjectionStatus{Name: p.definition.Name}
	var err error
	if s.Generations, err = p.definition.Model.Generations.Status(ctx); err != nil {
		return s, fmt.Errorf("ask for the generations of %s: %w", s.Name, err)
	}
	if s.Parked, err = p.definition.Model.Parked.List(ctx, "", parkedShown); err != nil {
		return s, fmt.Errorf("list the parked orders of %s: %w", s.Name, err)
	}
	if s.Lag, err = subscribe.Lag(ctx, p.source.Feed, s.Generations.Position); err != nil {
		return s, fmt.Errorf("count what %s lacks: %w", s.Name, err)
	}
	return s, nil
}

// Position implements Projection.
func (p *projection[V]) Position(ctx context.Context) (ports.Position, error) {
	status, err := p.definition.Model.Generations.Status(ctx)
	if err != nil {
		return "", fmt.Errorf("ask for the position of %s: %w", p.definition.Name, err)
	}
	return status.Position, nil
}

// Leader implements Projection.
func (p *projection[V]) Leader(ctx context.Context) (string, error) {
	return p.definition.Model.Lease.Holder(ctx)
}

// IsLed implements Projection. It tries to lead, for a moment.
func (p *projection[V]) IsLed(ctx context.Context) (bool, error) {
	lease, holder := p.definition.Model.Lease, rand.Text()
	isFree, err := lease.Hold(ctx, holder, time.Millisecond)
	if err == nil && isFree {
		err = lease.Release(ctx, holder)
	}
	return !isFree, err
}

// All are the projections of a service.
type All []Projection

// Names are those of the projections.
func (a All) Names() []string {
	names := make([]string, len(a))
	for i, p := range a {
		names[i] = p.Name()
	}
	return names
}

// Status implements ports.Projections.
func (a All) Status(ctx context.Context) ([]ports.ProjectionStatus, error) {
	all := make([]ports.ProjectionStatus, len(a))
	for i, p := range a {
		var err error
		if all[i], err = p.Status(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}
