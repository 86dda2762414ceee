package rabbitmq_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/rabbitmq"
	"orders/app/inlet"
	"orders/test/rabbittest"
)

// A dead letter goes nowhere else, whatever its headers say, and is taken however large they are.
func TestDeadLettersComeOnce(t *testing.T) {
	zeros := make([]any, 7276)
	for i := range zeros {
		zeros[i] = int64(0)
	}
	var deep any = "x"
	for range 40 {
		deep = []any{deep}
	}
	for name, headers := range map[string]amqp.Table{
		"CC":    {"CC": []any{inlet.Commands}},
		"large": {"x": zeros, "y": zeros},
		"many elements": {"x": make([]any, 9000)},
		"deep": {"x": deep},
	} {
		t.Run(name, func(t *testing.T) {
			url := rabbittest.URL(t)
			came := make(chan string, 1<<16)
			serve := func(ctx context.Context, d inlet.Delivery) error {
				came <- d.Message().ID
				return d.Bury(ctx, inlet.Reason{
					Code: "command-unknown", Detail: "there is no command of this name",
				})
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				rabbitmq.NewCommands(url, serve, slog.New(slog.DiscardHandler)).Run(ctx)
			}()
			defer func() { cancel(); <-done }()
			conn, err := amqp.Dial(url)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			for range 100 { // Until the queue is there.
				var ch *amqp.Channel
				if ch, err = conn.Channel(); err != nil {
					t.Fatal(err)
				}
				_, err = ch.QueueDeclarePassive(inlet.Commands, true, false, false, false, nil)
				if err == nil {
					_ = ch.Confirm(false)
					var sent *amqp.DeferredConfirmation
					sent, err = ch.PublishWithDeferredConfirm("", inlet.Commands, true, false,
						amqp.Publishing{MessageId: "poison", Headers: headers})
					if err == nil && !sent.Wait() {
						t.Fatal("the broker does not confirm")
					}
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(4 * time.Second)
			if n := len(came); n != 1 {
				t.Errorf("the message came %d times, want 1", n)
			}
		})
	}
}
