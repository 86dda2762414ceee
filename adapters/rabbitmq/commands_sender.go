package rabbitmq

import (
	"context"
	"errors"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

var (
	// errReturned means that there is no such queue.
	errReturned = errors.New("there is no such queue")
	errNacked   = errors.New("the broker did not confirm a message")
)

// A sender sends answers and dead letters, each to a queue, over one channel. The broker confirms
// also what no queue takes, and returns it before.
type sender struct {
	link    *link
	ch      *amqp.Channel
	returns <-chan amqp.Return // Has room for whatever is under way.

	mu       sync.Mutex
	returned map[string]int // How many messages came back, by their id.
}

func newSender(l *link) (*sender, error) {
	ch, err := l.Channel()
	if err == nil {
		err = ch.Confirm(false)
	}
	if err != nil {
		return nil, err
	}
	ended := ch.NotifyClose(make(chan *amqp.Error, 1))
	go func() { // Ends with the connection at last, which is not of use without this channel.
		for range ended { //nolint:revive // It waits for the end.
		}
		l.cut()
	}()
	returns := ch.NotifyReturn(make(chan amqp.Return, 2*commandsPrefetch))
	return &sender{link: l, ch: ch, returns: returns, returned: map[string]int{}}, nil
}

// send sends a message to a queue, and returns nil once the broker has it durably. The error is
// errReturned if the message is mandatory and there is no such queue.
func (s *sender) send(
	ctx context.Context, queue string, p amqp.Publishing, mandatory bool,
) error {
	confirm, err := s.ch.PublishWithDeferredConfirmWithContext(ctx, "", queue, mandatory, false, p)
	if err != nil {
		return err
	}
	acked, err := confirm.WaitContext(ctx)
	switch {
	case err != nil:
		return err
	case !acked:
		return errNacked
	case mandatory && s.cameBack(p.MessageId):
		return errReturned
	}
	return nil
}

// cameBack reports whether a message that the broker has confirmed came back before.
func (s *sender) cameBack(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		select {
		case r, open := <-s.returns:
			if open {
				s.returned[r.MessageId]++
				continue
			}
		default:
		}
		break
	}
	if s.returned[id] == 0 {
		return false
	}
	if s.returned[id]--; s.returned[id] == 0 {
		delete(s.returned, id)
	}
	return true
}

// sendHere is send to a queue of this service, which it makes anew if somebody has deleted it.
func (s *sender) sendHere(ctx context.Context, queue string, p amqp.Publishing) error {
	err := s.send(ctx, queue, p, true)
	if !errors.Is(err, errReturned) {
		return err
	}
	late := time.AfterFunc(setupTimeout, s.link.cut)
	defer late.Stop()
	return errors.Join(err, declareCommands(s.link.Connection))
}
