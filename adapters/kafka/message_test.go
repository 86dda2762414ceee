package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"orders/adapters/kafka"
	"orders/ports"
)

func TestAMessageIsACloudEventInBinaryMode(t *testing.T) {
	c := config(fake(t))
	c.Envelope.PublicURL = "https://orders.example"
	p := publisher(t, c)
	topicOf(t, p)
	id := idOf(7)
	if err := p.Publish(t.Context(), commit(id, 12, 2)); err != nil {
		t.Fatal(err)
	}
	got := messages(t, c)
	if len(got) != 2 || string(got[0].Key) != string(id) {
		t.Fatalf("%d messages: %+v", len(got), got)
	}
	for name, want := range map[string]string{
		"ce_specversion": "1.0", "ce_id": string(id) + "/12/1", "ce_source": "/orders",
		"ce_type": "orders.OrderHeld.v1", "ce_subject": string(id),
		"ce_time": "2026-11-29T08:04:00.005Z", "content-type": "application/json",
		"ce_sequence": "000012.01", "ce_commitsize": "2", "ce_partitionkey": string(id),
		"ce_traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"ce_dataschema":  "https://orders.example/schemas/OrderHeld/1.json", "ce_dataref": "",
	} {
		if value := header(got[0], name); value != want {
			t.Errorf("%s is %q, not %q", name, value, want)
		}
	}
	if !bytes.Contains(got[0].Value, []byte(`"fraud"`)) {
		t.Errorf("the data is %s", got[0].Value)
	}
	if age := time.Since(got[0].Timestamp); age > time.Hour {
		t.Errorf("retention would take the message for one that is %v old", age)
	}
}

func TestALargeEventIsToldWithoutItsData(t *testing.T) {
	c := config(fake(t))
	c.Envelope.MaxBytes = 10_000
	p := publisher(t, c)
	topicOf(t, p)
	if err := p.Publish(t.Context(), large(idOf(7), 1, 10_000)); err != nil {
		t.Fatal(err)
	}
	got := messages(t, c)[0]
	if header(got, "ce_dataref") == "" || header(got, "content-type") != "" ||
		got.Value == nil || len(got.Value) > 0 {
		t.Errorf("%+v with the value %q", got.Headers, got.Value)
	}
}

func TestTheEventsOfACommitAreNextToEachOther(t *testing.T) {
	const orders, versions, events = 40, 5, 4
	c := config(fake(t))
	p := publisher(t, c)
	topicOf(t, p)
	var publishing sync.WaitGroup
	for n := range orders {
		publishing.Go(func() {
			for version := 1; version <= versions; version++ {
				if err := p.Publish(t.Context(), commit(idOf(n), version, events)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	publishing.Wait()
	got := messages(t, c)
	if len(got) != orders*versions*events {
		t.Fatalf("%d messages", len(got))
	}
	for i := 0; i < len(got); i += events {
		first := strings.TrimSuffix(header(got[i], "ce_id"), "/1")
		for n := range events {
			if id := header(got[i+n], "ce_id"); id != fmt.Sprintf("%s/%d", first, n+1) {
				t.Fatalf("message %d is %s, after the first one of %s", i+n, id, first)
			}
		}
	}
}

func TestMessagesOfOthersArePassedOverAndLoggedOnce(t *testing.T) {
	c := config(fake(t))
	p := publisher(t, c)
	topic := topicOf(t, p)
	writeForeign(t, c, "", "x/1/1", "ord_a/1")
	if err := p.Publish(t.Context(), commit(idOf(1), 1, 2)); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r, err := kafka.NewReader(c, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []ports.Notice
	errDone := errors.New("done")
	err = r.Read(t.Context(), topic, "0:0,1:0,2:0",
		func(_ context.Context, n ports.Notices) error {
			if got = append(got, n.Of...); r.Reached(n.Next, mustEnd(t, r, topic)) {
				return errDone
			}
			return nil
		})
	if !errors.Is(err, errDone) || len(got) != 1 || got[0] != (ports.Notice{
		OrderID: idOf(1), Version: 1,
	}) {
		t.Errorf("%v: %+v", err, got)
	}
	if n := strings.Count(log.String(), "none of this service"); n != 1 {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
}

func mustEnd(t *testing.T, r *kafka.Reader, topic ports.TopicID) ports.Offset {
	t.Helper()
	end, err := r.End(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return end
}

// writeForeign writes messages with these ids, as another service does.
func writeForeign(t *testing.T, c kafka.Config, ids ...string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, id := range ids {
		r := &kgo.Record{Topic: c.Topic, Headers: []kgo.RecordHeader{
			{Key: "ce_id", Value: []byte(id)},
		}}
		if err := client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}
