package brokers_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/test/kafkatest"
	"orders/test/process"
)

const askTimeout = time.Minute

// newKafka starts a Kafka that has its clients come through a proxy, on a small disk if there can
// be one.
func newKafka(t *testing.T) *broker {
	t.Helper()
	p := newProxy(t)
	lines := []string{"advertised.listeners=PLAINTEXT://" + process.Address(p.port)}
	small, noDisk := newDisk(t, "256m")
	if noDisk == nil {
		lines = append(lines, "log.dirs="+small.path("kafka"))
	}
	server := kafkatest.Start(t, lines...)
	p.sendTo(server.Brokers()[0])
	return &broker{
		name: "kafka", server: server, proxy: p,
		fresh: func(t *testing.T) topic { return newKafkaTopic(t, p) },
		fill: func(t *testing.T) func() {
			t.Helper()
			if noDisk != nil {
				t.Skipf("no small disk: %v", noDisk)
			}
			free := small.fill(t)
			return func() {
				free()
				server.Kill() // If it has not given up before.
				server.Start()
			}
		},
	}
}

type kafkaTopic struct {
	name   string
	broker string
	client *kgo.Client
}

func newKafkaTopic(t *testing.T, p *proxy) *kafkaTopic {
	t.Helper()
	k := &kafkaTopic{name: "orders." + rand.Text(), broker: process.Address(p.port)}
	var err error
	if k.client, err = kgo.NewClient(kgo.SeedBrokers(k.broker)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.client.Close)
	return k
}

func (k *kafkaTopic) relay() string { return "relay-kafka" }

func (k *kafkaTopic) env() []string {
	return []string{"KAFKA_BROKERS=" + k.broker, "KAFKA_TOPIC=" + k.name, "KAFKA_PARTITIONS=3"}
}

func (k *kafkaTopic) remove(t *testing.T) {
	t.Helper()
	if _, err := kadm.NewClient(k.client).DeleteTopic(t.Context(), k.name); err != nil {
		t.Errorf("delete the topic: %v", err)
	}
}

func (k *kafkaTopic) remake(t *testing.T) {
	t.Helper()
	k.remove(t)
	eventually(t, "the topic is made by somebody", func() bool {
		return k.make(t, 5) == nil
	})
}

func (k *kafkaTopic) make(t *testing.T, partitions int32) error {
	_, err := kadm.NewClient(k.client).CreateTopic(t.Context(), partitions, 1, nil, k.name)
	return err
}

func (k *kafkaTopic) divide(t *testing.T) {
	t.Helper()
	if _, err := kadm.NewClient(k.client).CreatePartitions(t.Context(), 2, k.name); err != nil {
		t.Errorf("add partitions: %v", err)
	}
}

// messages implements topic. A place is a partition.
func (k *kafkaTopic) messages(t *testing.T) (all []message, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), askTimeout)
	defer cancel()
	ends, err := kadm.NewClient(k.client).ListEndOffsets(ctx, k.name)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return nil, err
	}
	begin, left := map[int32]kgo.Offset{}, 0
	ends.Each(func(o kadm.ListedOffset) {
		if begin[o.Partition] = kgo.NewOffset().AtStart(); o.Offset > 0 {
			left++
		}
	})
	client, err := kgo.NewClient(kgo.SeedBrokers(k.broker),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{k.name: begin}))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	for left > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return all, err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			all = append(all, kafkaMessage(r))
			if end, _ := ends.Lookup(k.name, r.Partition); r.Offset == end.Offset-1 {
				left--
			}
		})
	}
	return all, nil
}

// kafkaMessage reads a record by CloudEvents' binding for Kafka, binary mode.
func kafkaMessage(r *kgo.Record) message {
	m := message{
		place: fmt.Sprint(r.Partition), key: string(r.Key), data: r.Value,
		attributes: map[string]string{}, all: string(r.Key) + string(r.Value),
	}
	for _, h := range r.Headers {
		m.all += " " + h.Key + "=" + string(h.Value)
		switch name, is := strings.CutPrefix(h.Key, "ce_"); {
		case is:
			m.attributes[name] = string(h.Value)
		case h.Key == "content-type":
			m.attributes["datacontenttype"] = string(h.Value)
		}
	}
	return m
}
