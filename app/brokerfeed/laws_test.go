package brokerfeed_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/brokerfeed"
	"orders/app/relay"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

// An eventLog is an event store, and the feed of the topic that a relay tells of it.
type eventLog struct {
	ports.EventStore
	*brokerfeed.Feed
}

// Append takes a moment, as that of a database does: a relay could not keep up with memory.
func (l eventLog) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	time.Sleep(200 * time.Microsecond)
	return l.EventStore.Append(ctx, past, c)
}

func TestEventFeed(t *testing.T) {
	contract.EventFeed(t, func(t *testing.T) contract.Log { return newRig(t).log() })
}

// A rig is what a feed of a broker takes.
type rig struct {
	store *memory.EventStore
	topic *memory.Topic
	relay ports.Subscription
	run   func() (stop func())
	stop  func()       // Of the relay.
	down  func() error // Why reading fails; nil if it never does.
}

// A fragile store can be down.
type fragile struct{ *rig }

func (f fragile) fails() error {
	if f.down == nil {
		return nil
	}
	return f.down()
}

func (f fragile) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	if err := f.fails(); err != nil {
		return ports.Stream{}, err
	}
	return f.store.Load(ctx, id)
}

func (f fragile) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	if err := f.fails(); err != nil {
		return err
	}
	return f.store.Read(ctx, id, after, each)
}

func (f fragile) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	if err := f.fails(); err != nil {
		return err
	}
	return f.store.Commits(ctx, r, each)
}

func (f fragile) Size(ctx context.Context) (int, error) { return f.store.Size(ctx) }

func (f fragile) Present(ctx context.Context) (ports.Moment, error) {
	if err := f.fails(); err != nil {
		return 0, err
	}
	return f.store.Present(ctx)
}

func (f fragile) Reached(at ports.Position) ports.Moment { return f.store.Reached(at) }

// newRig runs a relay until the test ends.
func newRig(t *testing.T) *rig {
	t.Helper()
	store, subs, topic := memory.NewEventStore(), memory.NewSubscriptions(), &memory.Topic{}
	shared, err := subs.Open("relay-test")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{store: store, topic: topic, relay: shared}
	r.run = func() (stop func()) {
		source := relay.Source{Feed: store, History: store}
		running := relay.New("relay-test", source, shared, topic, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(context.Background())
		var all sync.WaitGroup
		all.Go(func() { running.Run(ctx) })
		return func() {
			cancel()
			all.Wait()
		}
	}
	r.stop = r.run()
	t.Cleanup(func() { r.stop() })
	return r
}

func (r *rig) log() eventLog {
	return eventLog{r.store, brokerfeed.New(brokerfeed.Source{
		Broker: "memory", Topic: r.topic, Relay: r.relay, Timeline: fragile{r},
		History: fragile{r}, Archive: fragile{r},
	}, slog.New(slog.DiscardHandler))}
}
