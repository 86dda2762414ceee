package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"orders/adapters/kafka"
	"orders/ports"
	"orders/test/kafkatest"
)

func TestATopicIsMadeAsTheSettingsSay(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	c.Partitions = 5
	topicOf(t, publisher(t, c))
	a := admin(t, c)
	topics, err := a.ListTopics(t.Context(), c.Topic)
	if n := len(topics[c.Topic].Partitions); err != nil || n != 5 {
		t.Errorf("%d partitions (%v)", n, err)
	}
	configs, err := a.DescribeTopicConfigs(t.Context(), c.Topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range configs[0].Configs {
		if config.Key == "cleanup.policy" && config.MaybeValue() != "delete" {
			t.Errorf("its cleanup.policy is %s", config.MaybeValue())
		}
	}
}

func TestATopicThatIsCompactedIsRefused(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	policy := map[string]*string{"cleanup.policy": kadm.StringPtr("compact,delete")}
	if _, err := admin(t, c).CreateTopic(t.Context(), 3, 1, policy, c.Topic); err != nil {
		t.Fatal(err)
	}
	_, err := publisher(t, c).Topic(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), "cleanup.policy is compact,delete: set that") {
		t.Errorf("error %v", err)
	}
}

// It is refused also by a publisher whose broker does not know of it at first.
func TestATopicThatWasJustMadeCompactedIsRefused(t *testing.T) {
	cluster := fakeCluster(t)
	c := config(cluster.ListenAddrs())
	policy := map[string]*string{"cleanup.policy": kadm.StringPtr("compact")}
	if _, err := admin(t, c).CreateTopic(t.Context(), 3, 1, policy, c.Topic); err != nil {
		t.Fatal(err)
	}
	var unknown atomic.Bool // It was, once.
	cluster.ControlKey(int16(kmsg.Metadata), func(r kmsg.Request) (kmsg.Response, error, bool) {
		asked := r.(*kmsg.MetadataRequest).Topics
		if len(asked) == 0 || unknown.Swap(true) {
			cluster.KeepControl()
			return nil, nil, false
		}
		answer := r.ResponseKind().(*kmsg.MetadataResponse)
		answer.Topics = []kmsg.MetadataResponseTopic{{
			Topic: asked[0].Topic, ErrorCode: kerr.UnknownTopicOrPartition.Code,
		}}
		return answer, nil, true
	})
	_, err := publisher(t, c).Topic(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), "cleanup.policy is compact: set that") ||
		!unknown.Load() {
		t.Errorf("error %v", err)
	}
}

func TestAnotherNumberOfPartitionsIsOnlyWarnedOf(t *testing.T) {
	c := config(fake(t))
	topic := topicOf(t, publisher(t, c))
	c.Partitions = 7
	var log bytes.Buffer
	p, err := kafka.NewPublisher(c, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	topicOf(t, p)
	if got := topicOf(t, p); got != topic || strings.Count(log.String(), "setting=7") != 1 {
		t.Errorf("%s, not %s:\n%s", got, topic, log.String())
	}
}

func TestATopicWithMorePartitionsIsAnotherOne(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	p, r := publisher(t, c), reader(t, c)
	before := topicOf(t, p)
	begin := mustEnd(t, r, before)
	if err := p.Publish(t.Context(), commit(idOf(1), 1, 1)); err != nil {
		t.Fatal(err)
	}
	reading := make(chan error, 1)
	waiting, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		reading <- r.Read(waiting, before, begin,
			func(context.Context, ports.Notices) error { return nil })
	}()
	if _, err := admin(t, c).CreatePartitions(t.Context(), 2, c.Topic); err != nil {
		t.Fatal(err)
	}
	if err := <-reading; !errors.Is(err, ports.ErrGone) {
		t.Errorf("the reader got %v", err)
	}
	gone := func() error { return p.Publish(t.Context(), commit(idOf(1), 1, 1)) }
	for begun := time.Now(); !errors.Is(gone(), ports.ErrGone); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatal("the publisher goes on")
		}
	}
	after := topicOf(t, p)
	if after == before || !strings.HasSuffix(string(after), "/5") {
		t.Errorf("%s became %s", before, after)
	}
	if err := p.Publish(t.Context(), commit(idOf(1), 1, 1)); err != nil {
		t.Error(err)
	}
}

func TestWhatIsDroppedWhileItIsReadIsGone(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	p, r := publisher(t, c), reader(t, c)
	topic := topicOf(t, p)
	begin := mustEnd(t, r, topic)
	if err := p.Publish(t.Context(), commit(idOf(1), 1, 1)); err != nil {
		t.Fatal(err)
	}
	calls := 0
	waiting, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := r.Read(waiting, topic, begin, func(ctx context.Context, n ports.Notices) error {
		if calls++; calls > 1 {
			t.Errorf("%+v", n)
		}
		return errors.Join(dropRecords(ctx, admin(t, c), c.Topic),
			p.Publish(ctx, commit(idOf(1), 2, 1)))
	})
	if !errors.Is(err, ports.ErrGone) {
		t.Error(err)
	}
}
