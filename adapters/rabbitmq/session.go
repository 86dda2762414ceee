package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"sync"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/ports"
)

const (
	batchMax   = 256
	returnsMax = 4096
)

// A session publishes on one channel, so what it sends first comes first. It ends as a whole with
// the first thing that goes wrong: what is not confirmed by then, callers publish again.
//
// Its only writer sends the commits that wait, each with its events right after one another, and
// then asks for the topic's identity. The broker does all that in turn. So if the topic is found,
// it was there when the commits came into it: a confirmation alone does not say so, as it comes
// also when only the queues of others have the message.
type session struct {
	*link
	config  Config
	channel *amqp.Channel
	queue   chan *job
	returns chan amqp.Return

	over  chan struct{} // Closed when the channel has ended.
	cause error         // Why; written before.

	mu       sync.Mutex
	returned map[string]string // By the message's ID, why nobody has it.
}

// A job is a commit to be published.
type job struct {
	topic         ports.TopicID
	messages      []outgoing
	confirmations []*amqp.DeferredConfirmation
	sent          chan struct{} // Closed when they are sent, and the topic was there.
}

func newJob(topic ports.TopicID, messages []outgoing) *job {
	return &job{topic: topic, messages: messages, sent: make(chan struct{})}
}

// openSession opens a session of the publisher that has the lock: a queue that only one of its
// connections can have. So the broker has ended its last connection, and a message that lies
// around in there, as the network stood still, cannot come after those of the new one.
func (c Config) openSession(ctx context.Context, lock string) (*session, error) {
	l, err := dial(ctx, c.URL, "publisher")
	if err != nil {
		return nil, err
	}
	s := &session{
		link: l, config: c, queue: make(chan *job), returns: make(chan amqp.Return, returnsMax),
		over: make(chan struct{}), returned: map[string]string{},
	}
	open := func() (*amqp.Channel, error) {
		channel, err := l.Channel()
		if err == nil {
			const exclusive = true
			_, err = channel.QueueDeclare(lock, false, false, exclusive, false, nil)
		}
		if err == nil {
			err = channel.Confirm(false)
		}
		return channel, err
	}
	if s.channel, err = await(ctx, l, open, nil); err != nil {
		l.close()
		return nil, fmt.Errorf("open a channel to RabbitMQ: %w", explained(err))
	}
	s.channel.NotifyReturn(s.returns)
	ends := make(chan *amqp.Error, 1)
	s.channel.NotifyClose(ends)
	err = errors.Join(l.run(func() { s.watch(ends) }), l.run(s.write))
	if err != nil {
		l.close()
	}
	return s, err
}

// watch notes why the channel ends.
func (s *session) watch(ends <-chan *amqp.Error) {
	s.cause = amqp.ErrClosed
	if err, ok := <-ends; ok {
		s.cause = err
	}
	close(s.over)
}

func (s *session) ended() bool {
	select {
	case <-s.over:
		return true
	default:
		return s.link.ended()
	}
}

// write sends what waits, until the channel ends.
func (s *session) write() {
	for {
		batch := s.next()
		if batch == nil {
			return
		}
		if err := s.send(batch); err != nil {
			s.end()
			return
		}
		for _, j := range batch {
			close(j.sent)
		}
	}
}

// end ends the session, and returns once it is over. If the channel has ended before, nothing
// changes.
func (s *session) end() {
	if !s.channel.IsClosed() {
		s.cut()
	}
	<-s.over
}

// next waits for a job, and returns it with all others that wait; none when the channel has ended.
func (s *session) next() (batch []*job) {
	select {
	case <-s.over:
		return nil
	case j := <-s.queue:
		batch = append(batch, j)
	}
	for len(batch) < batchMax {
		select {
		case j := <-s.queue:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

func (s *session) send(batch []*job) error {
	topics := map[ports.TopicID]bool{}
	for _, j := range batch {
		topics[j.topic] = true
		for _, m := range j.messages {
			const mandatory = true
			confirmation, err := s.channel.PublishWithDeferredConfirm(
				s.config.Exchange, m.key, mandatory, false, m.Publishing)
			if err != nil {
				return err
			}
			j.confirmations = append(j.confirmations, confirmation)
		}
	}
	for topic := range topics {
		if err := s.config.declareIdentity(s.channel, topic, true); err != nil {
			return err
		}
	}
	return nil
}

// publish has the writer send a job, and returns once the broker has it.
func (s *session) publish(ctx context.Context, j *job) error {
	select {
	case s.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.over:
		return s.why(j)
	}
	select {
	case <-j.sent:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.over:
		return s.why(j)
	}
	for _, confirmation := range j.confirmations {
		isAcked, err := confirmation.WaitContext(ctx)
		switch {
		case err != nil:
			return err
		case !isAcked && s.channel.IsClosed():
			<-s.over
			return s.why(j)
		case !isAcked: // A queue of others that is full does so, too.
			return errors.New("RabbitMQ does not confirm it: a queue has not taken it")
		}
	}
	return s.unreturned(j)
}

// unreturned returns an error if a message of the job came back because no queue has it, although
// the topic is there: its node is down, or somebody unbound it. So it is bound again. The broker
// gives messages back before it confirms them.
func (s *session) unreturned(j *job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.returns) > 0 {
		r, ok := <-s.returns
		if !ok {
			break
		}
		s.returned[r.MessageId] = r.ReplyText
	}
	for _, m := range j.messages {
		if why, is := s.returned[m.MessageId]; is {
			_ = s.run(func() { // It ends, so that this counts for none who publish again.
				_ = s.on(s.config.bind)
				s.cut()
			})
			return fmt.Errorf("no queue takes it (%s): the stream %s is down, or was not bound",
				why, s.config.Stream)
		}
	}
	return nil
}

// why says what the end of the channel means for a job that was not confirmed.
func (s *session) why(j *job) error {
	if isCode(s.cause, amqp.NotFound) {
		return fmt.Errorf("the stream %s is gone: %w: %w", s.config.Stream, ports.ErrGone, s.cause)
	}
	if limit, ok := sizeLimit(s.cause); ok {
		for _, m := range j.messages {
			if len(m.Body) > limit {
				return fmt.Errorf("its event %s has %d bytes, and RabbitMQ's max_message_size "+
					"is %d: %w", m.MessageId, len(m.Body), limit, ports.ErrRefused)
			}
		}
	}
	return fmt.Errorf("RabbitMQ ended the channel before it confirmed: %w", explained(s.cause))
}
