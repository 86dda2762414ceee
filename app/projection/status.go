package projection

import (
	"context"
	"fmt"

	"orders/app/subscribe"
	"orders/ports"
)

// Status asks the read model and the feed how far apart they are.
func (p *Projection[V]) Status(ctx context.Context) (ports.ProjectionStatus, error) {
	s := ports.ProjectionStatus{Name: p.kind.Name}
	var err error
	if s.Generations, err = p.kind.Model.Generations.Status(ctx); err != nil {
		return s, fmt.Errorf("ask for the generations of %s: %w", s.Name, err)
	}
	if s.Parked, err = p.kind.Model.Parked.List(ctx, "", pageMax); err != nil {
		return s, fmt.Errorf("list the parked orders of %s: %w", s.Name, err)
	}
	if s.Lag, err = subscribe.Lag(ctx, p.source.Feed, s.Generations.Position); err != nil {
		return s, fmt.Errorf("count what %s lacks: %w", s.Name, err)
	}
	return s, nil
}

// A Board tells how all projections stand.
type Board []Any

// Names are those of the projections.
func (b Board) Names() []string {
	names := make([]string, len(b))
	for i, p := range b {
		names[i] = p.Name()
	}
	return names
}

// Status implements ports.Projections.
func (b Board) Status(ctx context.Context) ([]ports.ProjectionStatus, error) {
	all := make([]ports.ProjectionStatus, len(b))
	for i, p := range b {
		var err error
		if all[i], err = p.Status(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}
