package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"orders/ports"
)

var _ ports.Audit = (*Audit)(nil)

// An Audit keeps acts. The zero value has none.
type Audit struct {
	mu   sync.Mutex
	acts []ports.Act // In the order in which they were recorded.
}

// Begin implements ports.Audit.
func (a *Audit) Begin(ctx context.Context, act ports.Act) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if a.find(act.ID) >= 0 {
		return fmt.Errorf("begin act %s: %w", act.ID, ports.ErrConflict)
	}
	act.Outcome = nil
	a.acts = append(a.acts, cloneAct(act))
	return nil
}

// End implements ports.Audit.
func (a *Audit) End(ctx context.Context, act ports.Act, how ports.Outcome) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	i := a.find(act.ID)
	if i < 0 || a.acts[i].Outcome != nil {
		return fmt.Errorf("end act %s: %w", act.ID, ports.ErrConflict)
	}
	a.acts[i].Outcome = &how
	return nil
}

// Latest implements ports.Audit.
func (a *Audit) Latest(ctx context.Context, since time.Time, limit int) ([]ports.Act, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var latest []ports.Act
	for _, act := range a.acts {
		if !act.Began.Before(since) {
			latest = append(latest, cloneAct(act))
		}
	}
	slices.SortStableFunc(latest, func(x, y ports.Act) int { return y.Began.Compare(x.Began) })
	return latest[:min(limit, len(latest))], ctx.Err()
}

func (a *Audit) find(id string) int {
	return slices.IndexFunc(a.acts, func(act ports.Act) bool { return act.ID == id })
}

func cloneAct(act ports.Act) ports.Act {
	act.Args = slices.Clone(act.Args)
	if act.Outcome != nil {
		how := *act.Outcome
		act.Outcome = &how
	}
	return act
}
