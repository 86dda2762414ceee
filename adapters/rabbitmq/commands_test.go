package rabbitmq_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/rabbitmq"
	"orders/app/inlet"
	"orders/test/rabbittest"
)

// receive has serve receive commands until the test ends.
func receive(
	t *testing.T, url string, serve func(context.Context, inlet.Delivery) error,
) (b broker) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		rabbitmq.NewCommands(url, serve, slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return broker{url: url}
}

// send sends a command, once there is a queue for it.
func (b broker) send(t *testing.T, p amqp.Publishing) {
	t.Helper()
	ctx := within(t)
	for {
		err := b.admin(ctx, func(channel *amqp.Channel) error {
			_, err := channel.QueueDeclarePassive(inlet.Commands, true, false, false, false, nil)
			if err == nil {
				err = channel.Confirm(false)
			}
			if err != nil {
				return err
			}
			sent, err := channel.PublishWithDeferredConfirm("", inlet.Commands, true, false, p)
			if err == nil && !sent.Wait() {
				err = errors.New("the queue does not take it yet")
			}
			return err
		})
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// A dead letter goes nowhere else, whatever its headers say, and is taken whatever they are.
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
		"CC":            {"CC": []any{inlet.Commands}},
		"large":         {"x": zeros, "y": zeros},
		"many elements": {"x": make([]any, 9000)},
		"deep":          {"x": deep},
	} {
		t.Run(name, func(t *testing.T) {
			came := make(chan string, 1<<16)
			b := receive(t, rabbittest.URL(t), func(ctx context.Context, d inlet.Delivery) error {
				came <- d.Message().ID
				return d.Bury(ctx, inlet.Reason{Code: "command-unknown", Detail: "unknown"})
			})
			b.send(t, amqp.Publishing{MessageId: "poison", Headers: headers})
			b.send(t, amqp.Publishing{MessageId: "next"})
			for begun := time.Now(); len(came) < 2 && time.Since(begun) < 2*time.Minute; {
				time.Sleep(10 * time.Millisecond)
			}
			time.Sleep(time.Second) // Whatever loops comes again by then.
			if n := len(came); n != 2 {
				t.Errorf("two messages came %d times", n)
			}
		})
	}
}

// An answer to a queue that is full goes to the results.
func TestAQueueOfRepliesIsFull(t *testing.T) {
	answered := make(chan error, 100)
	b := receive(t, rabbittest.URL(t), func(ctx context.Context, d inlet.Delivery) error {
		err := d.Answer(ctx, []byte("{}"))
		answered <- err
		return err
	})
	err := b.admin(t.Context(), func(channel *amqp.Channel) error {
		_, err := channel.QueueDeclare("full", true, false, false, false,
			amqp.Table{"x-overflow": "reject-publish", "x-max-length": 1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		b.send(t, amqp.Publishing{MessageId: "id", ReplyTo: "full"})
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
}

// After the broker has closed the channel of the answers, there are answers again.
func TestTheBrokerClosesTheChannelOfAnswers(t *testing.T) {
	answered := make(chan error, 100)
	size := 2000
	server := rabbittest.Start(t, "max_message_size = 1000")
	b := receive(t, server.URL(), func(ctx context.Context, d inlet.Delivery) error {
		err := d.Answer(ctx, make([]byte, size))
		size = 1
		answered <- err
		return err
	})
	b.send(t, amqp.Publishing{MessageId: "id"})
	if err := <-answered; err == nil {
		t.Error("a broker takes what is too large")
	}
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-within(t).Done():
		t.Error("no answer any more")
	}
}
