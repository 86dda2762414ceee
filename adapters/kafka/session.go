package kafka

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"golang.org/x/sync/semaphore"

	"orders/adapters/message"
	"orders/domain/order"
	"orders/ports"
)

const (
	// watchEvery is how often a topic is checked to be still the same.
	watchEvery = time.Second
	// batchMin is the size of a batch that brokers take unless told otherwise. A batch may also be
	// a single message, which is larger by its frame.
	batchMin  = 1_000_012
	frameSize = 1 << 10
	// everyTurn is how many publish at once.
	everyTurn = math.MaxInt64
)

// A session publishes to one instance of the topic.
type session struct {
	*topics
	topic
	client *kgo.Client
	stop   context.CancelFunc
	ended  chan struct{} // Closed when nothing watches the topic any more.
	gone   chan struct{} // Closed when the topic is no longer published to.
	lose   func()        // Closes gone.
	turn   *semaphore.Weighted

	mu sync.Mutex
	// usual finds an order's partition as Kafka's own clients do. But it is given the number of
	// partitions that the topic was found with, so that no order moves before all is told again.
	usual kgo.TopicPartitioner
	// pending has what is under way of each order.
	pending map[order.ID]*sending
}

func newSession(ctx context.Context, all *topics, t topic) (*session, error) {
	batch := max(batchMin, all.Envelope.MaxBytes+frameSize)
	client, err := all.client(
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.ProducerLinger(0),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		// Some clients read no compressed messages without an addition. A topic's own
		// compression.type has the broker compress them.
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ProducerBatchMaxBytes(int32(batch)),
		// Whoever publishes is bounded: each waits for what he publishes.
		kgo.MaxBufferedRecords(math.MaxInt32),
	)
	if err != nil {
		return nil, err
	}
	// A client that may not publish at first never does, even if it may later.
	if _, _, err := client.ProducerID(ctx); err != nil {
		client.Close()
		return nil, errors.Join(ctx.Err(), translate(all.topic(), err))
	}
	watching, stop := context.WithCancel(context.Background())
	s := &session{
		topics: all, topic: t, client: client, stop: stop,
		ended: make(chan struct{}), gone: make(chan struct{}),
		turn: semaphore.NewWeighted(everyTurn), pending: map[order.ID]*sending{},
		usual: kgo.StickyKeyPartitioner(nil).ForTopic(all.topic()),
	}
	s.lose = sync.OnceFunc(func() { close(s.gone) })
	go s.watch(watching)
	return s, nil
}

// close ends it. What is under way fails.
func (s *session) close() {
	s.stop()
	s.client.Close()
	<-s.ended
}

func (s *session) isGone() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

// publish publishes the events of a commit, next to those of other orders.
func (s *session) publish(ctx context.Context, id order.ID, events []message.CloudEvent) error {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.turn.Release(1)
	return s.send(ctx, id, events)
}

// publishAlone publishes events one by one while nothing else is under way: what a broker refuses,
// it refuses together with all that is in the same batch.
func (s *session) publishAlone(
	ctx context.Context, id order.ID, events []message.CloudEvent,
) error {
	if err := s.turn.Acquire(ctx, everyTurn); err != nil {
		return err
	}
	defer s.turn.Release(everyTurn)
	if err := s.client.Flush(ctx); err != nil { // Of those who did not wait for what they sent.
		return err
	}
	for i := range events {
		if err := s.send(ctx, id, events[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// send sends events of an order and waits until the broker has them.
func (s *session) send(ctx context.Context, id order.ID, events []message.CloudEvent) error {
	for {
		mine, before := s.begin(id, events)
		if mine != nil {
			return s.wait(ctx, mine)
		}
		_ = s.wait(ctx, before) // How that ended was for its sender to know.
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.isGone() {
			return ports.ErrGone
		}
	}
}

// begin gives the events to the client, one right after the other, unless something of the order is
// still under way.
func (s *session) begin(id order.ID, events []message.CloudEvent) (mine, before *sending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.pending[id]; before != nil {
		return nil, before
	}
	mine = &sending{left: len(events), done: make(chan struct{})}
	s.pending[id] = mine
	partition := int32(s.usual.Partition(&kgo.Record{Key: []byte(id)}, s.partitions))
	for _, e := range events {
		// No deadline of a caller cuts off what the broker may have.
		s.client.Produce(context.Background(), recordOf(e, s.Config.topic(), partition),
			func(_ *kgo.Record, err error) { s.finish(id, mine, err) })
	}
	return mine, nil
}

// finish notes how one message of a sending ended.
func (s *session) finish(id order.ID, d *sending, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.err == nil {
		d.err = translate(s.Config.topic(), err)
	}
	if d.left--; d.left == 0 {
		delete(s.pending, id)
		close(d.done)
	}
}

// A sending is what is under way of an order.
type sending struct {
	left int
	err  error // Read it after done is closed.
	done chan struct{}
}

func (s *session) wait(ctx context.Context, d *sending) error {
	select {
	case <-d.done:
		if d.err != nil && s.isGone() {
			return ports.ErrGone // It failed as the client was closed.
		}
		return d.err
	case <-ctx.Done():
		return ctx.Err()
	case <-s.gone:
		return ports.ErrGone
	}
}
