package rabbitmq_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/rabbitmq"
	"orders/domain/order"
	"orders/ports"
	"orders/test/rabbittest"
)

// queueOfOthers has the broker keep all that is published, so that no message is returned.
func (b broker) queueOfOthers(channel *amqp.Channel) error {
	if _, err := channel.QueueDeclare("others", true, false, false, false, nil); err != nil {
		return err
	}
	return channel.QueueBind("others", "order.#", "orders", false, nil)
}

func TestALostStreamIsNoticedAlsoWhenOthersHaveTheMessages(t *testing.T) {
	b := open(t, rabbitmq.Config{URL: rabbittest.URL(t)})
	id, begin := b.made(t)
	remake := func(channel *amqp.Channel) error {
		_, err := channel.QueueDeclare(stream, true, false, false, false,
			amqp.Table{"x-queue-type": "stream"})
		return errors.Join(err, channel.QueueBind(stream, "order.#", "orders", false, nil))
	}
	err := errors.Join(b.admin(t.Context(), b.queueOfOthers),
		b.Publish(t.Context(), commit(orderID(1), 1)),
		b.delete(t.Context()), b.admin(t.Context(), remake))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(t.Context(), commit(orderID(1), 2)); !errors.Is(err, ports.ErrGone) {
		t.Errorf("publishing gives %v", err)
	}
	err = b.Read(within(t), id, begin, func(context.Context, ports.Notices) error { return nil })
	if !errors.Is(err, ports.ErrGone) {
		t.Errorf("reading gives %v", err)
	}
	if now, err := b.Topic(t.Context(), id); err != nil || now == id {
		t.Errorf("the topic is still %s (%v)", now, err)
	}
	if err := b.Publish(t.Context(), commit(orderID(1), 1)); err != nil {
		t.Error(err)
	}
}

func TestAStreamThatWasUnboundIsBoundAgain(t *testing.T) {
	b := open(t, rabbitmq.Config{URL: rabbittest.URL(t)})
	id, begin := b.made(t)
	err := b.admin(t.Context(), func(channel *amqp.Channel) error {
		return channel.QueueUnbind(stream, "order.#", "orders", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(t.Context(), commit(orderID(1), 1)); err == nil {
		t.Error("a message that nobody has counts as published")
	}
	if err := b.must(t.Context(), commit(orderID(1), 1)); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, orderID(1), b.read(t, id, begin)[orderID(1)], 1)
}

func TestATopicOutlivesThePublisher(t *testing.T) {
	url := rabbittest.URL(t)
	id, _ := open(t, rabbitmq.Config{URL: url}).made(t)
	other := open(t, rabbitmq.Config{URL: url, Keep: rabbitmq.Keep{Age: time.Hour, Bytes: 1e9}})
	if again, err := other.Topic(t.Context(), id); err != nil || again != id {
		t.Errorf("it is %s, not %s (%v)", again, id, err)
	}
	for _, known := range []ports.TopicID{"", "x", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} {
		if anew, err := other.Topic(t.Context(), known); err != nil || anew == id || anew == known {
			t.Errorf("from %q it is %s (%v)", known, anew, err)
		}
	}
}

func TestWhatRetentionDroppedIsGone(t *testing.T) {
	b := open(t, rabbitmq.Config{
		URL:  rabbittest.URL(t),
		Keep: rabbitmq.Keep{Bytes: 1_000_000, Segment: 500_000},
	})
	id, begin := b.made(t)
	large := commit(orderID(2), 1)
	large.Events = []order.Event{order.PutOnHold{Note: strings.Repeat("x", 100_000)}}
	for range 40 {
		if err := b.Publish(t.Context(), large); err != nil {
			t.Fatal(err)
		}
	}
	end, err := b.End(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	b.awaitDropped(t, begin)
	err = b.Read(within(t), id, begin, func(context.Context, ports.Notices) error { return nil })
	if !errors.Is(err, ports.ErrGone) {
		t.Errorf("reading from before gives %v", err)
	}
	if err := b.Publish(t.Context(), commit(orderID(1), 1)); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, orderID(1), b.read(t, id, end)[orderID(1)], 1)
}

func TestOnlyTheMessageThatIsTooLargeIsRefused(t *testing.T) {
	server := rabbittest.Start(t, "max_message_size = 20000")
	b := open(t, rabbitmq.Config{URL: server.URL()})
	id, begin := b.made(t)
	large := commit(orderID(0), 1)
	large.Events = []order.Event{order.PutOnHold{Note: strings.Repeat("x", 21_000)}}
	var publishing sync.WaitGroup
	for n := 1; n <= 20; n++ {
		publishing.Go(func() {
			for version := 1; version <= 5; version++ {
				for {
					err := b.Publish(t.Context(), commit(orderID(n), version))
					if err == nil {
						break
					}
					if errors.Is(err, ports.ErrRefused) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	trying := within(t)
	for refused := 0; refused < 3; {
		err := b.Publish(trying, large)
		switch {
		case err == nil || trying.Err() != nil:
			t.Fatalf("the broker does not refuse it: %v", err)
		case errors.Is(err, ports.ErrRefused):
			refused++
		}
	}
	publishing.Wait()
	all := b.read(t, id, begin)
	for n := 1; n <= 20; n++ {
		wantInOrder(t, orderID(n), all[orderID(n)], 5)
	}
}

func TestStrangeMessagesArePassedOverAndLoggedOnce(t *testing.T) {
	var log strings.Builder
	lines := slog.New(slog.NewTextHandler(&log, nil))
	b := openWith(t, rabbitmq.Config{URL: rabbittest.URL(t)}, lines)
	id, begin := b.made(t)
	err := b.admin(t.Context(), func(channel *amqp.Channel) error {
		for range 3 {
			strange := amqp.Publishing{Body: []byte("x")}
			if err := channel.Publish("orders", "order.x", true, false, strange); err != nil {
				return err
			}
		}
		return channel.Close()
	})
	if err := errors.Join(err, b.Publish(t.Context(), commit(orderID(1), 1))); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, orderID(1), b.read(t, id, begin)[orderID(1)], 1)
	b.Close()
	if n := strings.Count(log.String(), "passed over"); n != 1 {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
}

func TestAQueueThatIsNoStreamIsRefusedWithARemedy(t *testing.T) {
	b := open(t, rabbitmq.Config{URL: rabbittest.URL(t)})
	err := b.admin(t.Context(), func(channel *amqp.Channel) error {
		_, err := channel.QueueDeclare(stream, true, false, false, false, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Topic(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Errorf("error %v", err)
	}
}

func TestWithoutABrokerAnErrorSaysWhyAndHasNoPassword(t *testing.T) {
	url := "amqp://guest:secret@127.0.0.1:1/"
	urls := []string{url, "amqp://guest:sec ret%@h/", "http://guest:secret@h"}
	if os.Getenv("TEST_AMQP_URL") == "" && !testing.Short() {
		urls = append(urls, strings.Replace(rabbittest.URL(t), "guest@", "secret@", 1))
	}
	for _, url := range urls {
		p, err := rabbitmq.NewPublisher(rabbitmq.Config{URL: url}, slog.Default())
		if err == nil {
			_, err = p.Topic(t.Context(), "")
			p.Close()
		}
		if err == nil || strings.Contains(err.Error(), "sec") {
			t.Errorf("%s: error %v", url, err)
		}
	}
}

func TestNothingRunsOnAfterClose(t *testing.T) {
	server := rabbittest.Start(t)
	before := runtime.NumGoroutine()
	nothing := func(context.Context, ports.Notices) error { return nil }
	for _, fault := range []func(){func() {}, server.Freeze, server.Kill} {
		b := open(t, rabbitmq.Config{URL: server.URL()})
		id, begin := b.made(t)
		ctx, cancel := context.WithCancel(t.Context())
		var using sync.WaitGroup
		for n := range 10 {
			using.Go(func() { _ = b.must(ctx, commit(orderID(n), 1)) })
			using.Go(func() { _ = b.Read(ctx, id, begin, nothing) })
			using.Go(func() { _, _ = b.End(ctx, id) })
		}
		time.Sleep(20 * time.Millisecond)
		fault()
		for n := range 10 {
			using.Go(func() { _ = b.must(ctx, commit(orderID(n), 2)) })
			using.Go(func() { _, _ = b.End(ctx, id) })
		}
		time.Sleep(20 * time.Millisecond)
		cancel()
		using.Wait() // Also while the broker is frozen.
		b.Close()
		wantNoGoroutines(t, before)
		server.Thaw()
	}
}
