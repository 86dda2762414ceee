package projection

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

// A parkingList parks orders and releases them. It knows which are parked, so that it asks the read
// model to release those alone.
type parkingList struct {
	parked ports.Parked
	log    *slog.Logger

	mu    sync.Mutex
	known map[order.ID]bool
	shown map[order.ID]int // Of those, the ones whose views are in place, at which version.
}

func newParkingList(parked ports.Parked, log *slog.Logger) *parkingList {
	return &parkingList{
		parked: parked, log: log, known: map[order.ID]bool{}, shown: map[order.ID]int{},
	}
}

// load learns which orders are parked.
func (l *parkingList) load(ctx context.Context) error {
	known := map[order.ID]bool{}
	for p, err := range subscribe.EveryParked(ctx, l.parked) {
		if err != nil {
			return err
		}
		known[p.ID] = true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known, l.shown = known, map[order.ID]int{}
	return nil
}

// park records orders of which no view could be made, and logs them.
func (l *parkingList) park(ctx context.Context, orders []ports.ParkedOrder) error {
	if len(orders) == 0 {
		return nil
	}
	if err := l.parked.Park(ctx, orders); err != nil {
		return fmt.Errorf("park %d orders: %w", len(orders), err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range orders {
		l.known[p.ID] = true
		delete(l.shown, p.ID)
		l.log.ErrorContext(ctx, "An order is parked: no view of it can be made",
			"orderId", p.ID, "version", p.Version, "reason", p.Reason)
	}
	return nil
}

// noteShown notes that the view of an order is in place at a version.
func (l *parkingList) noteShown(id order.ID, version int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known[id] {
		l.shown[id] = version
	}
}

// releaseShown takes the orders off the list whose views are in place, and durable by now.
func (l *parkingList) releaseShown(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, version := range l.shown {
		if err := l.parked.Release(ctx, id, version); err != nil {
			return fmt.Errorf("release order %s: %w", id, err)
		}
		delete(l.known, id)
		delete(l.shown, id)
	}
	return nil
}
