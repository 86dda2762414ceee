package e2e_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/test/kafkatest"
)

// kafka is a Kafka of a test's own, as the names of the topics are fixed.
type kafka struct {
	brokers []string
	writer  *kgo.Client
	readers map[string]*kgo.Client
}

func newKafka(t *testing.T) broker { return kafkaAt(t, kafkatest.Start(t).Brokers()) }

func kafkaAt(t *testing.T, brokers []string) *kafka {
	t.Helper()
	k := &kafka{brokers, nil, map[string]*kgo.Client{}}
	k.writer = k.client(t, kgo.ProducerBatchMaxBytes(2<<20))
	_, err := kadm.NewClient(k.writer).CreateTopics(t.Context(), 3, 1,
		map[string]*string{"max.message.bytes": new("2097152")}, "orders.commands")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *kafka) client(t *testing.T, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(options, kgo.SeedBrokers(k.brokers...))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func (k *kafka) settings() []string {
	return []string{"COMMANDS=kafka", "KAFKA_BROKERS=" + strings.Join(k.brokers, ",")}
}

func (k *kafka) send(t *testing.T, all ...letter) {
	t.Helper()
	var records []*kgo.Record
	for _, l := range all {
		r := &kgo.Record{Topic: "orders.commands", Key: []byte(l.order), Value: []byte(l.body)}
		add := func(name, value string) {
			if value != "" {
				r.Headers = append(r.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
			}
		}
		add("id", l.id)
		add("type", l.command)
		add("orderId", l.order)
		add("replyTo", l.replyTo)
		add("correlationId", l.correlation)
		for name, value := range l.headers {
			add(name, value)
		}
		records = append(records, r)
	}
	if err := k.writer.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func (k *kafka) reply(t *testing.T) string {
	t.Helper()
	name := "orders.results." + rand.Text()
	_, err := kadm.NewClient(k.writer).CreateTopics(t.Context(), 1, 1, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (k *kafka) next(t *testing.T, from string, within time.Duration) (received, bool) {
	t.Helper()
	if k.readers[from] == nil {
		k.readers[from] = k.client(t, kgo.ConsumeTopics(from),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.MetadataMinAge(time.Second/10))
	}
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for ctx.Err() == nil { // A poll may end with an error, of a topic that is not there yet.
		all := k.readers[from].PollRecords(ctx, 1).Records()
		if len(all) == 0 {
			continue
		}
		headers := map[string]string{}
		for _, h := range all[0].Headers {
			headers[h.Key] = string(h.Value)
		}
		return receivedOf(headers["correlationId"], string(all[0].Value), headers), true
	}
	return received{}, false
}
