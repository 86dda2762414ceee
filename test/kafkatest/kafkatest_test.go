package kafkatest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/test/guard"
	"orders/test/kafkatest"
)

func TestTheSharedServerTakesMessages(t *testing.T) {
	client := connect(t, kafkatest.Brokers(t))
	produce(t, client, "shared", true)
}

func TestAcknowledgedMessagesOutliveKill(t *testing.T) {
	server := kafkatest.Start(t)
	client := connect(t, server.Brokers())
	produce(t, client, "killed", true)
	server.Kill()
	if err := ping(t, client, time.Second); err == nil {
		t.Fatal("a killed server answers")
	}
	server.Start()
	produce(t, client, "killed", false)
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), "killed")
	if end, ok := ends.Lookup("killed", 0); err != nil || !ok || end.Offset != 2 {
		t.Errorf("%+v (%v), not 2 messages", ends, err)
	}
}

func TestAFrozenServerAnswersOnceThawed(t *testing.T) {
	server := kafkatest.Start(t)
	client := connect(t, server.Brokers())
	produce(t, client, "frozen", true)
	server.Freeze()
	if err := ping(t, client, time.Second); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a frozen server answers: %v", err)
	}
	server.Thaw()
	produce(t, client, "frozen", false)
}

func TestATopicIsNotMadeByWhoMerelyWritesToIt(t *testing.T) {
	client := connect(t, kafkatest.Brokers(t), kgo.UnknownTopicRetries(0))
	record := &kgo.Record{Topic: "unknown", Value: []byte("x")}
	if err := client.ProduceSync(t.Context(), record).FirstErr(); err == nil {
		t.Error("a topic is made by writing to it")
	}
}

func TestVictim(t *testing.T) {
	guard.Victim(t, func(tb testing.TB) { kafkatest.Start(tb) })
}

func TestNoServerOutlivesItsTestBinary(t *testing.T) {
	kafkatest.Brokers(t) // Skips where there is none.
	guard.NoServerIsLeft(t, "TestVictim")
}

func connect(t *testing.T, brokers []string, more ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(more, kgo.SeedBrokers(brokers...))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// produce writes a message to a topic, which it makes first if it is new.
func produce(t *testing.T, client *kgo.Client, topic string, isNew bool) {
	t.Helper()
	if isNew {
		if _, err := kadm.NewClient(client).CreateTopic(t.Context(), 1, 1, nil, topic); err != nil {
			t.Fatal(err)
		}
	}
	record := &kgo.Record{Topic: topic, Value: []byte("x")}
	if err := client.ProduceSync(t.Context(), record).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func ping(t *testing.T, client *kgo.Client, timeout time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	return client.Ping(ctx)
}
