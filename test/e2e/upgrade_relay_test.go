package e2e_test

import (
	"context"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// publishes lets the processes with the role relay publish to a broker of this test's own.
func (u *upgrade) publishes(t *testing.T) {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	u.brokers = cluster.ListenAddrs()
	u.env = append(u.env, "PUBLISH=kafka", "KAFKA_BROKERS="+strings.Join(u.brokers, ","))
}

// hasPublished wants every event to be published, also those that an old relay could not read.
func (u *upgrade) hasPublished(t *testing.T) {
	t.Helper()
	var want int
	writes := mongotest.Database(t, u.uri()).Collection("order_writes")
	all, err := writes.Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	for all.Next(t.Context()) {
		events, _ := all.Current.Lookup("events").Array().Values()
		want += len(events)
	}
	if all.Err() != nil {
		t.Fatal(all.Err())
	}
	<-u.launch(t, u.new, "subscription", "retry").exited // Sooner than the relay does.
	eventually(t, "the relay has published all", func() bool {
		p := u.launch(t, u.new, "subscription", "status")
		<-p.exited
		said := p.output.String()
		return strings.Contains(said, "caught up") && strings.Contains(said, "; 0 parked")
	})
	if got := u.published(t, want); got != want {
		t.Errorf("%d of %d events are published", got, want)
	}
}

// published counts the events in the topic, each once, and does not wait for more than want.
func (u *upgrade) published(t *testing.T, want int) int {
	t.Helper()
	reader, err := kgo.NewClient(kgo.SeedBrokers(u.brokers...), kgo.ConsumeTopics("orders.events"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ids := map[string]bool{}
	for len(ids) < want && ctx.Err() == nil {
		reader.PollFetches(ctx).EachRecord(func(r *kgo.Record) {
			for _, h := range r.Headers {
				if h.Key == "ce_id" {
					ids[string(h.Value)] = true
				}
			}
		})
	}
	return len(ids)
}
