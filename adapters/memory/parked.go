package memory

import (
	"context"
	"sync"

	"orders/domain/order"
	"orders/ports"
)

var _ ports.Parked = (*Parked)(nil)

// Parked keeps the parked orders of one read model.
type Parked struct {
	mu     sync.Mutex
	orders ordered[ports.ParkedOrder]
}

// NewParked returns an empty Parked.
func NewParked() *Parked { return &Parked{orders: newOrdered[ports.ParkedOrder]()} }

// Park implements ports.Parked.
func (p *Parked) Park(ctx context.Context, orders []ports.ParkedOrder) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range orders {
		o.Tries = 1
		if before, found := p.orders.of[o.ID]; found {
			o.Version = max(o.Version, before.Version)
			o.Since = before.Since
			o.Tries += before.Tries
		}
		p.orders.set(o.ID, o)
	}
	return nil
}

// Release implements ports.Parked.
func (p *Parked) Release(ctx context.Context, id order.ID, version int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if o, found := p.orders.of[id]; found && o.Version <= version {
		p.orders.remove(id)
	}
	return nil
}

// List implements ports.Parked.
func (p *Parked) List(
	ctx context.Context, after order.ID, limit int,
) ([]ports.ParkedOrder, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	parked := make([]ports.ParkedOrder, 0, min(limit, len(p.orders.of)))
	for _, id := range p.orders.idsIn(ports.Range{From: after, Limit: limit + 1}) {
		if id != after && len(parked) < limit {
			parked = append(parked, p.orders.of[id])
		}
	}
	return parked, nil
}
