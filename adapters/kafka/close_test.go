package kafka_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"orders/adapters/kafka"
	"orders/ports"
	"orders/test/kafkatest"
	"orders/test/leak"
)

func TestNothingIsLeftOfWhatIsClosed(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	before := goleak.IgnoreCurrent()
	p, err := kafka.NewPublisher(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r, err := kafka.NewReader(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	topic := topicOf(t, p)
	begin := mustEnd(t, r, topic)
	if err := p.Publish(t.Context(), commit(idOf(1), 1, 1)); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	err = r.Read(ended, topic, begin, func(context.Context, ports.Notices) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	r.Close()
	p.Close()
	if err := p.Publish(t.Context(), commit(idOf(1), 2, 1)); err == nil {
		t.Error("a publisher that is closed publishes")
	}
	leak.None(t, before)
}

func TestItIsClosedSoonWhileTheBrokerIsSilent(t *testing.T) {
	server := kafkatest.Start(t)
	c := config(server.Brokers())
	p, err := kafka.NewPublisher(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	topicOf(t, p)
	server.Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := p.Publish(ctx, commit(idOf(1), 1, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	closed := make(chan struct{})
	go func() { p.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Error("it still waits")
	}
	server.Thaw()
}
