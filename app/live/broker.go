// Package live tells whoever watches how orders change, as the feed tells it and queries show it.
package live

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"orders/ports"
)

var _ ports.Live = (*Broker)(nil)

const (
	// nowMax is how long to wait for the place where the feed is.
	nowMax = 5 * time.Second
	// catchUpsMax is how many watchers catch up at once: each reads the feed for itself.
	catchUpsMax = 4
)

// A Broker follows the feed once for all watchers, and only while there are any.
type Broker struct {
	feed     ports.EventFeed
	orders   ports.Orders
	log      *slog.Logger
	catchUps chan struct{} // Holds one for each watcher that catches up.
	owedMax  int           // See there.

	mu  sync.Mutex
	now *run // What watchers join; nil while there are none.
}

// New returns a Broker that tells of the commits of feed what orders shows.
func New(feed ports.EventFeed, orders ports.Orders, log *slog.Logger) *Broker {
	return &Broker{
		feed: feed, orders: orders, log: log, catchUps: make(chan struct{}, catchUpsMax),
		owedMax: owedMax,
	}
}

// Watch implements ports.Live.
func (b *Broker) Watch(ctx context.Context, what ports.Watch) (ports.Watcher, error) {
	r := b.join()
	w, err := r.admit(ctx, what)
	if err != nil {
		b.leave(r)
		return nil, fmt.Errorf("watch the feed: %w", err)
	}
	return w, nil
}

// join returns the run of now, and begins one if need be. Whoever joins has to leave.
func (b *Broker) join() *run {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now == nil {
		b.now = newRun(b)
		go b.now.live()
	}
	b.now.members++
	return b.now
}

// leave returns once all that the run started has ended, if nobody else is left in it.
func (b *Broker) leave(r *run) {
	b.mu.Lock()
	r.members--
	last := r.members == 0
	if last {
		b.forget(r)
	}
	b.mu.Unlock()
	if last {
		r.stop()
		<-r.done
	}
}

// forget makes the next watcher begin another run. The caller holds mu.
func (b *Broker) forget(r *run) {
	if b.now == r {
		b.now = nil
	}
}
