// Package laws_test runs the laws of every feed on the feeds of real brokers.
package laws_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"testing"
	"time"

	"orders/adapters/kafka"
	"orders/adapters/memory"
	"orders/adapters/message"
	"orders/adapters/rabbitmq"
	"orders/app/brokerfeed"
	"orders/app/relay"
	"orders/ports"
	"orders/test/contract"
	"orders/test/kafkatest"
	"orders/test/rabbittest"
)

var quiet = slog.New(slog.DiscardHandler)

// The feed of each broker obeys the laws of every feed, with a relay that tells it.
func TestFeedLaws(t *testing.T) {
	t.Run("kafka", func(t *testing.T) {
		contract.EventFeed(t, func(t *testing.T) contract.Log {
			c := kafka.Config{
				Brokers: kafkatest.Brokers(t), Topic: "orders." + rand.Text(), Partitions: 3,
				Envelope: message.Envelope{Source: "/orders"},
			}
			p, err := kafka.NewPublisher(c, quiet)
			if err != nil {
				t.Fatal(err)
			}
			r, err := kafka.NewReader(c, quiet)
			if err != nil {
				t.Fatal(err)
			}
			return told(t, p, r, p.Close, r.Close)
		})
	})
	t.Run("rabbitmq", func(t *testing.T) {
		contract.EventFeed(t, func(t *testing.T) contract.Log {
			c := rabbitmq.Config{
				URL: rabbittest.URL(t), Envelope: message.Envelope{Source: "/orders"},
			}
			p, err := rabbitmq.NewPublisher(c, quiet)
			if err != nil {
				t.Fatal(err)
			}
			r, err := rabbitmq.NewReader(c, quiet)
			if err != nil {
				t.Fatal(err)
			}
			return told(t, p, r, p.Close, r.Close)
		})
	})
}

// A toldLog is an event store in memory, and the feed of the topic that a relay tells of it.
type toldLog struct {
	ports.EventStore
	*brokerfeed.Feed
}

// Append takes a moment, as that of a database does: no broker could keep up with memory.
func (l toldLog) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	time.Sleep(2 * time.Millisecond)
	return l.EventStore.Append(ctx, past, c)
}

// told runs a relay until the test ends.
func told(
	t *testing.T, p ports.Publisher, r ports.TopicReader, closes ...func(),
) contract.Log {
	t.Helper()
	store := memory.NewEventStore()
	shared, err := memory.NewSubscriptions().Open("relay-test")
	if err != nil {
		t.Fatal(err)
	}
	telling := relay.New("relay-test", relay.Source{Feed: store, History: store}, shared, p, quiet)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { telling.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		for _, end := range closes {
			end()
		}
	})
	return toldLog{store, brokerfeed.New(brokerfeed.Source{
		Broker: "test", Topic: r, Relay: shared, Timeline: store, History: store, Archive: store,
	}, quiet)}
}
