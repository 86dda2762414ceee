package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"orders/adapters/kafka"
	"orders/adapters/message"
	"orders/domain/order"
	"orders/ports"
	"orders/test/kafkatest"
)

// A load publishes orders side by side, each as fast as its commits are taken.
type load struct {
	confirmed [40]atomic.Int64 // The last version of each order that was.
	stop      context.CancelFunc
	ended     sync.WaitGroup
}

func startLoad(t *testing.T, p *kafka.Publisher) *load {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &load{stop: stop}
	for n := range l.confirmed {
		l.ended.Go(func() {
			for version := 1; ctx.Err() == nil; version++ {
				err := p.Publish(ctx, commit(idOf(n), version, 1+version%3))
				switch {
				case err == nil:
					l.confirmed[n].Store(int64(version))
				case ctx.Err() == nil:
					t.Errorf("%s/%d: %v", idOf(n), version, err)
				}
			}
		})
	}
	t.Cleanup(l.end)
	return l
}

func (l *load) end() {
	l.stop()
	l.ended.Wait()
}

func (l *load) sum() (sum int64) {
	for n := range l.confirmed {
		sum += l.confirmed[n].Load()
	}
	return sum
}

// await waits until so many more commits are confirmed.
func (l *load) await(t *testing.T, more int64) {
	t.Helper()
	want := l.sum() + more
	for begun := time.Now(); l.sum() < want; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > 2*time.Minute {
			t.Fatalf("only %d commits are confirmed, not %d", l.sum(), want)
		}
	}
}

// check wants every confirmed commit in the topic, whole, each order's in order and none twice.
func (l *load) check(t *testing.T, c kafka.Config) {
	t.Helper()
	last := map[order.ID]string{}
	versions := map[order.ID]int{}
	for _, r := range messages(t, c) {
		notice, ok := message.NoticeOf(header(r, "ce_id"))
		if !ok {
			t.Fatalf("message %+v", r.Headers)
		}
		id, sequence := notice.OrderID, header(r, "ce_sequence")
		version := versions[id]
		next := fmt.Sprintf("%06d.01", version+1)
		within := fmt.Sprintf("%06d.%02d", version, numberOf(last[id])+1)
		if sequence != next && sequence != within {
			t.Errorf("order %s: %s came after %s", id, sequence, last[id])
		}
		last[id], versions[id] = sequence, notice.Version
	}
	for n := range l.confirmed {
		id, confirmed := idOf(n), int(l.confirmed[n].Load())
		if versions[id] < confirmed {
			t.Errorf("order %s: %d of %d commits are there", id, versions[id], confirmed)
		}
	}
}

func numberOf(sequence string) (n int) {
	_, _ = fmt.Sscanf(sequence, "%06d.%02d", new(int), &n)
	return n
}

// follow reads the topic on the side. The function that it returns waits until so many commits have
// come, and ends it.
func follow(t *testing.T, c kafka.Config, topic ports.TopicID) (stop func(want int64)) {
	t.Helper()
	r := reader(t, c)
	begin := mustEnd(t, r, topic)
	ctx, cancel := context.WithCancel(t.Context())
	reading := make(chan error, 1)
	var commits atomic.Int64
	last := map[order.ID]int{}
	go func() {
		reading <- r.Read(ctx, topic, begin, func(_ context.Context, n ports.Notices) error {
			for _, notice := range n.Of {
				switch was := last[notice.OrderID]; notice.Version {
				case was: // More events of the same commit, or the commit again.
				case was + 1:
					commits.Add(1)
				default:
					return fmt.Errorf("%+v came after version %d", notice, was)
				}
				last[notice.OrderID] = notice.Version
			}
			return nil
		})
	}()
	return func(want int64) {
		for begun := time.Now(); commits.Load() < want; time.Sleep(10 * time.Millisecond) {
			if len(reading) > 0 || time.Since(begun) > 2*time.Minute {
				break
			}
		}
		cancel()
		if err := <-reading; !errors.Is(err, context.Canceled) || commits.Load() < want {
			t.Errorf("the reader got %d of %d commits and ended with %v", commits.Load(), want, err)
		}
	}
}

func TestNothingThatWasConfirmedIsLostWhenTheBrokerIsKilled(t *testing.T) {
	server := kafkatest.Start(t)
	c := config(server.Brokers())
	p := publisher(t, c)
	stop := follow(t, c, topicOf(t, p))
	l := startLoad(t, p)
	for range 2 {
		l.await(t, 500)
		server.Kill()
		server.Start()
	}
	l.await(t, 500)
	l.end()
	l.check(t, c)
	stop(l.sum())
}

func TestABrokerThatIsSilent(t *testing.T) {
	server := kafkatest.Start(t)
	t.Run("is waited for", func(t *testing.T) { silence(t, server) })
	t.Run("does not let a commit that nobody waits for be overtaken",
		func(t *testing.T) { brokenOff(t, server) })
}

func silence(t *testing.T, server *kafkatest.Server) {
	t.Helper()
	c := config(server.Brokers())
	p := publisher(t, c)
	stop := follow(t, c, topicOf(t, p))
	l := startLoad(t, p)
	l.await(t, 500)
	server.Freeze()
	time.Sleep(10 * time.Second) // As long as the silence is to last.
	server.Thaw()
	l.await(t, 500)
	l.end()
	l.check(t, c)
	stop(l.sum())
}

func brokenOff(t *testing.T, server *kafkatest.Server) {
	t.Helper()
	c := config(server.Brokers())
	p := publisher(t, c)
	topicOf(t, p)
	server.Freeze()
	// Only the first one is sent, for which it has time, and nothing can call it back.
	for _, wait := range []time.Duration{5 * time.Second, time.Second / 3, time.Second / 3} {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		err := p.Publish(ctx, commit(idOf(1), 1, 1))
		if cancel(); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	server.Thaw()
	for version := 1; version <= 3; version++ {
		if err := p.Publish(t.Context(), commit(idOf(1), version, 1)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range messages(t, c) {
		got = append(got, header(r, "ce_sequence"))
	}
	if s := fmt.Sprint(got); s != "[000001.01 000001.01 000002.01 000003.01]" {
		t.Error(s)
	}
}

// Its neighbours in a batch are refused with it at first.
func TestWhatIsTooLargeForTheBrokerIsRefusedAndNothingElse(t *testing.T) {
	c := config(kafkatest.Brokers(t))
	c.Partitions = 1
	limit := map[string]*string{"max.message.bytes": kadm.StringPtr("20000")}
	if _, err := admin(t, c).CreateTopic(t.Context(), 1, 1, limit, c.Topic); err != nil {
		t.Fatal(err)
	}
	p := publisher(t, c)
	topicOf(t, p)
	var publishing sync.WaitGroup
	for n := range 60 {
		publishing.Go(func() {
			bytes, isLarge := 1000, n%20 == 7
			if isLarge {
				bytes = 30_000
			}
			err := p.Publish(t.Context(), large(idOf(n), 1, bytes))
			if isLarge != errors.Is(err, ports.ErrRefused) || !isLarge && err != nil {
				t.Errorf("%d bytes: %v", bytes, err)
			}
		})
	}
	publishing.Wait()
	if n := len(messages(t, c)); n < 57 {
		t.Errorf("%d of 57 messages", n)
	}
}
