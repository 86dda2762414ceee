// Package brokers starts brokers, and consumes what is told to them as another service would: it
// shares no code with the service.
package brokers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"orders/test/bench/machine"
	"orders/test/bench/peers"
	"orders/test/process"
)

// startMax is how long a broker may take to start.
const startMax = 2 * time.Minute

// ErrMissing means that there is no such broker on this machine, and none can be fetched.
var ErrMissing = errors.New("it is not here")

// A Broker is one that runs here, as a process of its own.
type Broker struct {
	*machine.Process
	kind
	Name string
	url  string
}

// A kind is a kind of broker.
type kind struct {
	Peer peers.Kind // The peer that publishes to it.
	// plan is how it is started with its data in a folder, where it is reached, and how one waits
	// until it can be used.
	plan func(dir string) (start, error)
	// env has the service publish to a topic of it.
	env func(url, topic string) []string
	// consume opens a consumer of a topic, which may not be there yet; remove removes the topic.
	consume func(ctx context.Context, url, topic string) (*Consumer, error)
	remove  func(ctx context.Context, url, topic string) error
}

type start struct {
	*process.Process
	url   string
	ready func(context.Context) error
}

var kinds = map[string]kind{
	"kafka": {
		Peer: peers.PublishKafka, plan: planKafka, env: kafkaEnv,
		consume: consumeKafka, remove: removeKafka,
	},
	"rabbitmq": {
		Peer: peers.PublishRabbitMQ, plan: planRabbitMQ, env: rabbitMQEnv,
		consume: consumeRabbitMQ, remove: removeRabbitMQ,
	},
}

// Start starts the broker of this name, with its data in a folder.
func Start(ctx context.Context, name, dir string) (*Broker, error) {
	k, is := kinds[name]
	if !is {
		return nil, fmt.Errorf("no broker is %q", name)
	}
	s, err := k.plan(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file, err := exec.LookPath(s.Binary)
	if err != nil {
		return nil, err
	}
	p, err := machine.Start(machine.Program{
		File: file, Args: s.Args, Env: append(os.Environ(), s.Env...), Dir: dir,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startMax)
	defer cancel()
	err = process.AwaitListening(ctx, s.Address(), p.Exited)
	if err == nil {
		err = s.ready(ctx)
	}
	if err != nil {
		p.Kill()
		return nil, fmt.Errorf("start %s: %w: %s", name, err, s.Tail(p.Said()))
	}
	return &Broker{p, k, name, s.url}, nil
}

// Env has the service publish to a topic of the broker.
func (b *Broker) Env(topic string) []string { return b.env(b.url, topic) }

// PeerArgs has a peer publish to a topic of the broker.
func (b *Broker) PeerArgs(topic string) []string {
	return []string{"--broker", b.url, "--topic", topic}
}

// Consume opens a consumer, once the topic is there.
func (b *Broker) Consume(ctx context.Context, topic string) (*Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, startMax)
	defer cancel()
	return b.consume(ctx, b.url, topic)
}

// Remove removes a topic with all that it was told, also once ctx has ended.
func (b *Broker) Remove(ctx context.Context, topic string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), startMax)
	defer cancel()
	_ = b.remove(ctx, b.url, topic) // The next one has another name, or begins from the start.
}
