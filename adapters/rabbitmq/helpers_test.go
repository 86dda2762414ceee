package rabbitmq_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/message"
	"orders/adapters/rabbitmq"
	"orders/domain/order"
	"orders/ports"
)

const stream = "orders.events"

// broker is a publisher and a reader of one virtual host.
type broker struct {
	*rabbitmq.Publisher
	*rabbitmq.Reader
	url string
}

func open(t *testing.T, config rabbitmq.Config) broker {
	t.Helper()
	return openWith(t, config, slog.New(slog.DiscardHandler))
}

func openWith(t *testing.T, config rabbitmq.Config, log *slog.Logger) broker {
	t.Helper()
	config.Envelope = message.Envelope{Source: "/orders"}
	publisher, err := rabbitmq.NewPublisher(config, log)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := rabbitmq.NewReader(config, log)
	if err != nil {
		t.Fatal(err)
	}
	b := broker{publisher, reader, config.URL}
	t.Cleanup(b.Close)
	return b
}

func (b broker) Close() {
	b.Publisher.Close()
	b.Reader.Close()
}

// admin calls do with a channel to the broker.
func (b broker) admin(ctx context.Context, do func(*amqp.Channel) error) error {
	connection, err := amqp.Dial(b.url)
	if err != nil {
		return err
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return do(channel)
}

// delete deletes the stream, as an operator does.
func (b broker) delete(ctx context.Context) error {
	return b.admin(ctx, func(channel *amqp.Channel) error {
		_, err := channel.QueueDelete(stream, false, false, false)
		return err
	})
}

// made makes the topic and returns its ID and its end.
func (b broker) made(t *testing.T) (ports.TopicID, ports.Offset) {
	t.Helper()
	id, err := b.Topic(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	end, err := b.End(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return id, end
}

func orderID(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d ", n)) }

// commit is one of an order: two events, but for the first one.
func commit(id order.ID, version int) ports.Commit {
	c := ports.Commit{
		OrderID: id, Version: version, At: time.UnixMilli(1_700_000_000_000),
		Events: []order.Event{order.Confirmed{}, order.Completed{}},
	}
	if version == 1 {
		c.Events = c.Events[:1]
	}
	return c
}

// must publishes until it succeeds, as a relay does.
func (b broker) must(ctx context.Context, c ports.Commit) error {
	for {
		err := b.Publish(ctx, c)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// within ends after two minutes, so that a test fails and does not hang.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// read reads from an offset to the present end: which versions came of each order.
func (b broker) read(t *testing.T, id ports.TopicID, from ports.Offset) map[order.ID][]int {
	t.Helper()
	ctx := within(t)
	end, err := b.End(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	all := map[order.ID][]int{}
	err = b.Read(ctx, id, from, func(_ context.Context, n ports.Notices) error {
		for _, n := range n.Of {
			all[n.OrderID] = append(all[n.OrderID], n.Version)
		}
		if b.Reached(n.Next, end) {
			return errEnough
		}
		return nil
	})
	if err != errEnough { //nolint:errorlint // It is to come as it is.
		t.Fatal(err)
	}
	return all
}

// awaitDropped waits until the broker has dropped what follows an offset, which it does a moment
// after there is too much.
func (b broker) awaitDropped(t *testing.T, from ports.Offset) {
	t.Helper()
	_, number, _ := strings.Cut(string(from), "/")
	last, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for ctx := within(t); ; time.Sleep(50 * time.Millisecond) {
		first, err := b.first(ctx)
		if err != nil {
			t.Fatalf("the stream still has message %d, after %d: %v", first, last, err)
		}
		if first > last+1 {
			return
		}
	}
}

// first is the number of the first message that the stream has.
func (b broker) first(ctx context.Context) (number int64, err error) {
	err = b.admin(ctx, func(channel *amqp.Channel) error {
		if err := channel.Qos(1, 0, false); err != nil {
			return err
		}
		all, err := channel.Consume(stream, "", false, false, false, false,
			amqp.Table{"x-stream-offset": "first"})
		if err == nil {
			number, _ = (<-all).Headers["x-stream-offset"].(int64)
		}
		return err
	})
	return number, err
}

var errEnough = fmt.Errorf("enough")

// wantInOrder wants all versions of an order up to last, none skipped.
func wantInOrder(t *testing.T, id order.ID, versions []int, last int) {
	t.Helper()
	seen := 0
	for i, v := range versions {
		if i > 0 && v > versions[i-1]+1 || i == 0 && v != 1 {
			t.Errorf("%s: %d skips some of %v", id, v, versions)
			return
		}
		seen = max(seen, v)
	}
	if seen < last {
		t.Errorf("%s: %d of %d confirmed commits are there", id, seen, last)
	}
}

// wantNoGoroutines wants no more of them than there were, soon.
func wantNoGoroutines(t *testing.T, before int) {
	t.Helper()
	for begun := time.Now(); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 2*time.Minute {
			all := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, not %d:\n%s", runtime.NumGoroutine(), before,
				all[:runtime.Stack(all, true)])
		}
	}
}
