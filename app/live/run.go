package live

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// errLost means that the feed began anew, as it could not go on from its position.
var errLost = errors.New("the feed began anew")

// A run is the time from the first watcher's coming to the last one's going.
type run struct {
	*Broker
	ctx     context.Context
	stop    context.CancelFunc
	done    chan struct{} // Closed when all that the run started has ended.
	begun   chan struct{} // Closed when position or err is set.
	members int           // Guarded by Broker.mu.
	round   atomic.Int64  // How often settle has begun to look; mu is held when it does.

	mu       sync.Mutex
	err      error // Why there is no more.
	position ports.Position
	all      map[*watcher]struct{}
	single   map[order.ID]map[*watcher]struct{}
	owed     debts
	behind   bool // There were too many debts, so that some were forgotten.
	busy     bool // A round goes on.
	ahead    bool // Something that was told is after position.

	// What is below only settle uses.
	shown versions       // Of orders that were told.
	next  ports.Position // After the last batch, but something of it may be owed.
}

func newRun(b *Broker) *run {
	r := &run{
		Broker: b, done: make(chan struct{}), begun: make(chan struct{}), owed: debts{},
		all: map[*watcher]struct{}{}, single: map[order.ID]map[*watcher]struct{}{},
	}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// live follows the feed until the run is stopped, or the feed fails.
func (r *run) live() {
	defer close(r.done)
	defer r.stop()
	begin := sync.OnceFunc(func() { close(r.begun) })
	batches := make(chan batch)
	var settling sync.WaitGroup
	settling.Go(func() { r.settle(batches) })
	err := r.follow(batches, begin)
	if r.ctx.Err() == nil {
		r.log.Warn("Live changes end: the feed failed.", "error", err)
	}
	r.stop()
	settling.Wait()
	r.Broker.mu.Lock()
	r.forget(r)
	r.Broker.mu.Unlock()
	r.end(err)
	begin()
}

// A batch is one of the feed, or tells that there is a gap before Next.
type batch struct {
	ports.Batch
	gap bool
}

func (r *run) follow(batches chan<- batch, begin func()) error {
	hand := func(ctx context.Context, b batch) error {
		select {
		case batches <- b:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	at, err := r.present()
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.position = at
	r.mu.Unlock()
	begin()
	for {
		err := r.feed.Follow(r.ctx, at, func(ctx context.Context, b ports.Batch) error {
			if b.Next == "" {
				return errLost
			}
			return hand(ctx, batch{Batch: b})
		})
		if !errors.Is(err, errLost) {
			return err
		}
		if at, err = r.present(); err == nil {
			err = hand(r.ctx, batch{ports.Batch{Next: at}, true})
		}
		if err != nil {
			return err
		}
	}
}

// present is the place where the feed is.
func (r *run) present() (ports.Position, error) {
	ctx, cancel := context.WithTimeout(r.ctx, nowMax)
	defer cancel()
	return r.feed.Now(ctx)
}

// admit adds a watcher, once it is known from where on the run follows the feed.
func (r *run) admit(ctx context.Context, what ports.Watch) (*watcher, error) {
	select {
	case <-r.begun:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	w := newWatcher(r, what)
	if what.Order == "" {
		r.all[w] = struct{}{}
		return w, nil
	}
	if r.single[what.Order] == nil {
		r.single[what.Order] = map[*watcher]struct{}{}
	}
	r.single[what.Order][w] = struct{}{}
	return w, nil
}

func (r *run) remove(w *watcher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, w)
	delete(r.single[w.what.Order], w)
	if len(r.single[w.what.Order]) == 0 {
		delete(r.single, w.what.Order)
	}
}

// end tells every watcher that there is no more.
func (r *run) end(err error) {
	r.mu.Lock()
	r.err = errors.Join(ports.ErrUnavailable, err)
	r.mu.Unlock()
	for _, w := range r.watchers("") {
		w.fail(r.err)
	}
	r.endSingle(r.err)
}

// endSingle ends the watches of single orders: their clients come again, and look anew.
func (r *run) endSingle(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, each := range r.single {
		for w := range each {
			w.fail(err)
		}
	}
}

// watchers are those of one order, or of all without an id.
func (r *run) watchers(id order.ID) []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id == "" {
		return slices.Collect(maps.Keys(r.all))
	}
	return slices.Collect(maps.Keys(r.single[id]))
}

// retryTime passes before orders that were not shown in time are looked at again.
const retryTime = time.Second
