package relay_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/relay"
	"orders/domain/order"
	"orders/ports"
)

// An older store cannot read the second commit of an order, as a newer version wrote it, until the
// store is renewed.
type older struct {
	*memory.EventStore
	of      order.ID
	renewed *atomic.Bool
}

var errNewer = fmt.Errorf("%w: a newer version wrote it", ports.ErrUnreadable)

func (o older) reads(c ports.Commit) bool {
	return o.renewed.Load() || c.OrderID != o.of || c.Version != 2
}

func (o older) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	return o.EventStore.Follow(ctx, from, func(ctx context.Context, b ports.Batch) error {
		for i, c := range b.Commits {
			if !o.reads(c) {
				b.Commits[i].Events, b.Commits[i].Unreadable = nil, errNewer
			}
		}
		return handle(ctx, b)
	})
}

func (o older) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return o.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		if !o.reads(c) {
			return errNewer
		}
		return each(c)
	})
}

// What a newer version wrote is parked and delays no other order. A relay that can read it tells
// all of it, in order.
func TestWhatANewerVersionWroteIsToldLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		store := older{w.EventStore, id(0), &atomic.Bool{}}
		source := relay.Source{Feed: store, History: store}
		stop := run(t, relay.New("relay-test", source, w.shared(t), w.topic, quiet))
		for n := range 9 {
			w.grow(t, n%3)
			time.Sleep(time.Second)
		}
		stop()
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 1, id(1): 3, id(2): 3})
		parked, err := w.shared(t).Parked.List(t.Context(), "", 10)
		if err != nil || len(parked) != 1 || parked[0].ID != id(0) || parked[0].Version != 3 ||
			!strings.Contains(parked[0].Reason, "a newer version wrote it") {
			t.Errorf("parked are %+v, %v", parked, err)
		}
		store.renewed.Store(true)
		newer := relay.New("relay-test", source, w.shared(t), w.topic, quiet)
		if done, err := newer.Retry(t.Context()); err != nil || done.Released != 1 {
			t.Errorf("retried %+v, %v", done, err)
		}
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 3, id(1): 3, id(2): 3})
	})
}
