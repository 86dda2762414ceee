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
}

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
	t.Cleanup(r.run())
	return r
}

func (r *rig) log() eventLog {
	return eventLog{r.store, brokerfeed.New(brokerfeed.Source{
		Broker: "memory", Topic: r.topic, Relay: r.relay, Timeline: r.store, History: r.store,
		Archive: r.store,
	}, slog.New(slog.DiscardHandler))}
}
