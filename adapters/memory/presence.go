package memory

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"orders/ports"
)

var _ ports.Presence = (*Presence)(nil)

// Presence is a ports.Presence in memory.
type Presence struct {
	mu sync.Mutex
	in map[string]present // Also those whose time has run out, until another one needs that.
}

type present struct {
	ports.Entrant
	until time.Time
}

// NewPresence returns a Presence of nobody.
func NewPresence() *Presence { return &Presence{in: map[string]present{}} }

// Enter implements ports.Presence.
func (p *Presence) Enter(ctx context.Context, e ports.Entrant, d time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	var over []string
	for name, other := range p.in {
		switch {
		case name == e.Name || !e.Imports && !other.Imports:
		case now.Before(other.until):
			return false, nil
		default:
			over = append(over, name)
		}
	}
	for _, name := range over {
		delete(p.in, name)
	}
	p.in[e.Name] = present{e, now.Add(d)}
	return true, nil
}

// Stay implements ports.Presence.
func (p *Presence) Stay(ctx context.Context, name string, d time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e, is := p.in[name]
	if is {
		e.until = time.Now().Add(d)
		p.in[name] = e
	}
	return is, nil
}

// Leave implements ports.Presence.
func (p *Presence) Leave(ctx context.Context, name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.in, name)
	return ctx.Err()
}

// Present implements ports.Presence.
func (p *Presence) Present(ctx context.Context) (in []ports.Entrant, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.in {
		if time.Now().Before(e.until) {
			in = append(in, e.Entrant)
		}
	}
	slices.SortFunc(in, func(a, b ports.Entrant) int { return cmp.Compare(a.Name, b.Name) })
	return in, ctx.Err()
}
