package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/ports"
)

// lagMax is how many commits a lag counts.
const lagMax = 10_000

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
	if s.Lag, err = lag(ctx, p.source.Feed, s.Generations.Position); err != nil {
		return s, fmt.Errorf("count what %s lacks: %w", s.Name, err)
	}
	return s, nil
}

// errCounted ends the counting.
var errCounted = errors.New("counted")

// lag counts what was committed after a position.
func lag(ctx context.Context, feed ports.EventFeed, from ports.Position) (l ports.Lag, err error) {
	var oldest time.Time
	err = feed.Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
		for _, c := range b.Commits {
			l.Commits++
			isKnown := !c.At.IsZero() // It is not, of a damaged commit.
			if isKnown && (oldest.IsZero() || c.At.Before(oldest)) {
				oldest = c.At
			}
		}
		l.More = l.Commits >= lagMax && !b.CaughtUp
		if b.CaughtUp || l.More {
			return errCounted
		}
		return nil
	})
	if !oldest.IsZero() {
		l.Time = max(0, time.Since(oldest))
	}
	if errors.Is(err, errCounted) {
		return l, nil
	}
	return l, err
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
