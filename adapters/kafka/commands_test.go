package kafka_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"orders/adapters/kafka"
	"orders/app/inlet"
)

// An answer that is too large for its topic is sent as far as it fits.
func TestAnAnswerThatIsTooLarge(t *testing.T) {
	c := config(fake(t))
	answered := make(chan error, 100)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	done := make(chan struct{})
	go func() {
		defer close(done)
		kafka.NewCommands(c, func(ctx context.Context, d inlet.Delivery) error {
			err := d.Answer(ctx, bytes.Repeat([]byte("x"), 50_000))
			answered <- err
			return err
		}, slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	defer func() { cancel(); <-done }()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers...), kgo.UnknownTopicRetries(-1))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	sent := client.ProduceSync(ctx, &kgo.Record{Topic: inlet.Commands, Headers: []kgo.RecordHeader{
		{Key: "correlationId", Value: bytes.Repeat([]byte("c"), 980_000)},
	}})
	if err := sent.FirstErr(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-ctx.Done():
		t.Error("no answer")
	}
}
