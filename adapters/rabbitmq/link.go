package rabbitmq

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	dialTimeout  = 10 * time.Second
	closeTimeout = time.Second
	// heartbeat is how often both sides say that they are there. Without a word for three times as
	// long, the connection ends. A URL may say another one.
	heartbeat = 5 * time.Second
)

// link is a connection to the broker. The library can make a lost connection anew, but then it also
// declares again what was declared on it: a stream that somebody deleted, for one. So it does not.
type link struct {
	*amqp.Connection
	socket net.Conn
	done   <-chan *amqp.Error // Closed when the connection has ended.

	mu      sync.Mutex
	closing bool
	tasks   sync.WaitGroup // What uses the connection; close waits for it.
}

// dial connects to the broker. The purpose shows where the broker lists its connections.
func dial(ctx context.Context, url, purpose string) (*link, error) {
	if err := CheckURL(url); err != nil {
		return nil, err
	}
	plain, address, secure, err := withoutTLS(url)
	if err != nil {
		return nil, err
	}
	l := &link{}
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName("orders: " + purpose)
	connect := func(network, _ string) (net.Conn, error) {
		socket, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		l.socket = socket
		// The library removes the deadline once it is connected.
		if err = socket.SetDeadline(time.Now().Add(dialTimeout)); err == nil {
			socket, err = secure(ctx, socket)
		}
		return newFrames(socket), err
	}
	l.Connection, err = amqp.DialConfig(plain, amqp.Config{
		Heartbeat: heartbeat, Properties: properties, Dial: connect,
	})
	if err != nil {
		if l.socket != nil {
			_ = l.socket.Close()
		}
		return nil, fmt.Errorf("connect to RabbitMQ: %w", explained(err))
	}
	done := make(chan *amqp.Error, 1)
	l.done = l.NotifyClose(done)
	return l, nil
}

func (l *link) ended() bool { return l.IsClosed() }

// close ends the connection, and waits for all that uses it.
func (l *link) close() {
	l.mu.Lock()
	l.closing = true
	l.mu.Unlock()
	_ = l.CloseDeadline(time.Now().Add(closeTimeout)) // It may be closed already.
	l.cut()
	l.tasks.Wait()
}

// cut ends the connection at once, and all waiting for the broker with it. What was written and
// not sent yet is never sent.
func (l *link) cut() {
	if tcp, ok := l.socket.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = l.socket.Close()
}

// run starts f, which uses the connection.
func (l *link) run(f func()) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return amqp.ErrClosed
	}
	l.tasks.Go(f)
	return nil
}

// await returns what ask does, or an error once ctx has ended: the library waits for the broker's
// answers without a context. What ask returns after that is dropped.
func await[T any](
	ctx context.Context, l *link, ask func() (T, error), drop func(T),
) (answer T, err error) {
	type result struct {
		answer T
		err    error
	}
	results := make(chan result)
	abandoned := make(chan struct{})
	defer close(abandoned)
	err = l.run(func() {
		answer, err := ask()
		select {
		case results <- result{answer, err}:
		case <-abandoned:
			if err == nil && drop != nil {
				drop(answer)
			}
		}
	})
	if err != nil {
		return answer, err
	}
	select {
	case r := <-results:
		return r.answer, r.err
	case <-ctx.Done():
		return answer, ctx.Err()
	}
}

// on calls do with a channel of its own.
func (l *link) on(do func(*amqp.Channel) error) error {
	channel, err := l.Channel()
	if err != nil {
		return err
	}
	defer func() { _ = channel.Close() }() // The broker may have closed it.
	return do(channel)
}
