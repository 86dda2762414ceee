package kafka_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/goleak"

	"orders/adapters/kafka"
	"orders/ports"
	"orders/test/kafkatest"
)

func TestWhenTheApplicationStopsNothingOfTheModuleIsLeft(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	before := goleak.IgnoreCurrent()
	var p *kafka.Publisher
	var r *kafka.Reader
	app := fxtest.New(t, kafka.Module, fx.Supply(c, slog.New(slog.NewTextHandler(io.Discard, nil))),
		fx.Populate(&p, &r), fx.NopLogger)
	app.RequireStart()
	topic := topicOf(t, p)
	begin := mustEnd(t, r, topic)
	if err := p.Publish(t.Context(), commit(idOf(1), 1, 1)); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	err := r.Read(ended, topic, begin, func(context.Context, ports.Notices) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	app.RequireStop()
	if err := p.Publish(t.Context(), commit(idOf(1), 2, 1)); err == nil {
		t.Error("a publisher that is closed publishes")
	}
	goleak.VerifyNone(t, before)
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
