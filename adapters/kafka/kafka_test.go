package kafka_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/adapters/kafka"
	"orders/adapters/message"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/kafkatest"
)

func TestLawsOnAFake(t *testing.T) {
	contract.Topics(t, func(t *testing.T) contract.Topic { return lawful(t, fake(t)) })
}

func TestLaws(t *testing.T) {
	contract.Topics(t, func(t *testing.T) contract.Topic {
		return lawful(t, kafkatest.Brokers(t))
	})
}

// fake returns the brokers of an imitation in this process.
func fake(t *testing.T, more ...kfake.Opt) []string {
	t.Helper()
	return fakeCluster(t, more...).ListenAddrs()
}

func fakeCluster(t *testing.T, more ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(append(more, kfake.NumBrokers(1))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return cluster
}

// config is that of a topic of the test's own.
func config(brokers []string) kafka.Config {
	return kafka.Config{
		Brokers: brokers, Topic: "events-" + rand.Text(), Partitions: 3, Replication: 1,
		Envelope: message.Envelope{Source: "/orders", MaxBytes: 4 << 20}, // More than brokers take.
	}
}

func lawful(t *testing.T, brokers []string) contract.Topic {
	t.Helper()
	c := config(brokers)
	return contract.Topic{
		Publisher: publisher(t, c), TopicReader: reader(t, c),
		Delete: func(ctx context.Context) error { return deleteTopic(ctx, admin(t, c), c.Topic) },
		Drop:   func(ctx context.Context) error { return dropRecords(ctx, admin(t, c), c.Topic) },

		Refused: large(idOf(1), 1, 2<<20),
	}
}

func publisher(t *testing.T, c kafka.Config) *kafka.Publisher {
	t.Helper()
	p, err := kafka.NewPublisher(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func reader(t *testing.T, c kafka.Config) *kafka.Reader {
	t.Helper()
	r, err := kafka.NewReader(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func admin(t *testing.T, c kafka.Config) *kadm.Client {
	t.Helper()
	client, err := kadm.NewOptClient(kgo.SeedBrokers(c.Brokers...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// deleteTopic returns once the broker no longer knows the topic.
func deleteTopic(ctx context.Context, a *kadm.Client, topic string) error {
	if _, err := a.DeleteTopic(ctx, topic); err != nil {
		return err
	}
	for {
		all, err := a.Metadata(ctx, topic)
		if err == nil && errors.Is(all.Topics[topic].Err, kerr.UnknownTopicOrPartition) {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func dropRecords(ctx context.Context, a *kadm.Client, topic string) error {
	ends, err := a.ListEndOffsets(ctx, topic)
	if err != nil {
		return err
	}
	dropped, err := a.DeleteRecords(ctx, ends.Offsets())
	return errors.Join(err, dropped.Error())
}

// commit makes a version of an order with so many events.
func commit(id order.ID, version, events int) ports.Commit {
	c := ports.Commit{
		OrderID: id, Version: version, At: time.Date(2026, 11, 29, 8, 4, 0, 5e6, time.UTC),
		Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	}
	for range events {
		c.Events = append(c.Events, order.PutOnHold{Reason: "fraud", Note: "odd"})
	}
	return c
}

// large makes a commit whose event takes more than so many bytes.
func large(id order.ID, version, bytes int) ports.Commit {
	c := commit(id, version, 1)
	c.Events = []order.Event{order.PutOnHold{Note: strings.Repeat("x", bytes)}}
	return c
}

func idOf(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d", n)) }

// messages reads the topic as somebody else does, in the order of each partition.
func messages(t *testing.T, c kafka.Config) (all []*kgo.Record) {
	t.Helper()
	ends, err := admin(t, c).ListEndOffsets(t.Context(), c.Topic)
	if err != nil {
		t.Fatal(err)
	}
	left := 0 // Partitions of which not all has come.
	ends.Each(func(o kadm.ListedOffset) {
		if o.Offset > 0 {
			left++
		}
	})
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers...), kgo.ConsumeTopics(c.Topic),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for left > 0 { // Some may have more by now: what nobody waits for is still on its way.
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("after %d messages, with %d partitions left: %v", len(all), left, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			all = append(all, r)
			if end, _ := ends.Lookup(c.Topic, r.Partition); r.Offset == end.Offset-1 {
				left--
			}
		})
	}
	slices.SortStableFunc(all, func(a, b *kgo.Record) int { return int(a.Partition - b.Partition) })
	return all
}

func header(r *kgo.Record, name string) string {
	for _, h := range r.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// topicOf makes the topic.
func topicOf(t *testing.T, p *kafka.Publisher) ports.TopicID {
	t.Helper()
	id, err := p.Topic(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}
