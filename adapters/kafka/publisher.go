package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"orders/ports"
)

var _ ports.Publisher = (*Publisher)(nil)

// closeTimeout is how long Close waits for what is under way.
const closeTimeout = 5 * time.Second

// Publisher tells the topic what was committed.
//
// The client sends a message until the broker has taken or refused it, whatever happens meanwhile;
// the context of Publish ends only the waiting. The order's next commit then waits for what is
// still under way, so that it is not overtaken: messages of one client to one partition come in the
// order in which they were given, and each once.
type Publisher struct {
	topics

	making  sync.Mutex // Held by Topic.
	mu      sync.Mutex
	current *session // Nil before the first Topic.
}

// NewPublisher returns a Publisher, which connects when it is used.
func NewPublisher(c Config, log *slog.Logger) (*Publisher, error) {
	all, err := newTopics(c, log)
	return &Publisher{topics: all}, err
}

// Close waits a little for what is under way, and disconnects.
func (p *Publisher) Close() {
	if s := p.session(); s != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		_ = s.client.Flush(ctx)
		s.close()
	}
	p.broker.Close()
}

func (p *Publisher) session() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current
}

// Topic implements ports.Publisher. The broker itself knows the ID of its topic.
func (p *Publisher) Topic(ctx context.Context, _ ports.TopicID) (ports.TopicID, error) {
	p.making.Lock()
	defer p.making.Unlock()
	found, err := p.findOrMake(ctx)
	if err != nil {
		return "", err
	}
	before := p.session()
	if before != nil && before.id == found.id && !before.isGone() {
		return found.id, nil
	}
	next, err := newSession(ctx, &p.topics, found)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	p.current = next
	p.mu.Unlock()
	if before != nil {
		before.lose()
		before.close()
	}
	return found.id, nil
}

// Publish implements ports.Publisher.
func (p *Publisher) Publish(ctx context.Context, c ports.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := p.session()
	if s == nil {
		return fmt.Errorf("%w: nobody has asked for it yet", ports.ErrGone)
	}
	events, err := p.Envelope.Events(c)
	if err != nil {
		return err
	}
	err = s.publish(ctx, c.OrderID, events)
	if errors.Is(err, ports.ErrRefused) { // Perhaps because of others in the same batch.
		err = s.publishAlone(ctx, c.OrderID, events)
	}
	if err != nil {
		return fmt.Errorf("publish order %s, version %d: %w", c.OrderID, c.Version, err)
	}
	return nil
}
