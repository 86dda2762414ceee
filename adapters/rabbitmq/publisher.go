package rabbitmq

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"orders/ports"
)

var _ ports.Publisher = (*Publisher)(nil)

// Publisher implements ports.Publisher. It has one connection.
type Publisher struct {
	config   Config
	sessions *keeper[*session]

	mu    sync.Mutex
	topic ports.TopicID // The one that Topic returned last; empty once it is gone.
}

// NewPublisher returns a Publisher that connects once it is used.
func NewPublisher(c Config, _ *slog.Logger) (*Publisher, error) {
	c, err := c.checked()
	if err != nil {
		return nil, err
	}
	lock := c.Stream + ".publisher." + rand.Text()
	open := func(ctx context.Context) (*session, error) { return c.openSession(ctx, lock) }
	return &Publisher{config: c, sessions: newKeeper(open)}, nil
}

// Close ends what is under way, and disconnects.
func (p *Publisher) Close() { p.sessions.close() }

// Topic implements ports.Publisher.
func (p *Publisher) Topic(ctx context.Context, known ports.TopicID) (ports.TopicID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	s, err := p.sessions.get(ctx)
	if err != nil {
		return "", err
	}
	find := func() (ports.TopicID, error) { return p.config.topic(s.link, known) }
	id, err := await(ctx, s.link, find, nil)
	if err != nil {
		return "", explained(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.topic = id
	return id, nil
}

// Publish implements ports.Publisher. It tries once: whoever waits for the broker sees why.
func (p *Publisher) Publish(ctx context.Context, c ports.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	topic := p.topic
	p.mu.Unlock()
	if topic == "" {
		return fmt.Errorf("no stream %s is known: %w", p.config.Stream, ports.ErrGone)
	}
	messages, err := p.config.messages(c)
	if err != nil {
		return err
	}
	s, err := p.sessions.get(ctx)
	if err == nil {
		err = s.publish(ctx, newJob(topic, messages))
	}
	if errors.Is(err, ports.ErrGone) {
		p.forget(topic)
	}
	if err != nil {
		return fmt.Errorf("publish order %s, version %d: %w", c.OrderID, c.Version, err)
	}
	return nil
}

// forget has Publish return ErrGone until Topic is called again.
func (p *Publisher) forget(topic ports.TopicID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.topic == topic {
		p.topic = ""
	}
}
