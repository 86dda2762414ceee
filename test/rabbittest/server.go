package rabbittest

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/process"
	"orders/test/rabbittest/server"
)

const (
	startTimeout = 2 * time.Minute // Erlang is slow on a machine that is busy.
	exitTimeout  = time.Minute
)

// broker is one RabbitMQ.
type broker struct {
	guard.Node
	api  server.API
	eval func(call string) error // Calls a function of Erlang; nil where nobody can.
}

func (b broker) url() string { return server.URL(b.Address()) }

// run starts the broker and returns when it can be used.
func (b broker) run() error {
	if err := b.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	err := process.AwaitListening(ctx, b.Address(), b.Exited)
	if err == nil {
		err = b.api.AwaitReady(ctx, b.url())
	}
	if err != nil {
		return fmt.Errorf("%w: %s", err, b.Log())
	}
	return nil
}

// Server is a RabbitMQ of the test's own, which it may kill, freeze and start again on the same
// port and with the same data. Its methods may be called from any goroutine of the test.
type Server struct {
	tb testing.TB

	mu     sync.Mutex
	broker broker
}

// Start starts a RabbitMQ for this test alone. More lines of its rabbitmq.conf may follow, such as
// "max_message_size = 1000000".
func Start(tb testing.TB, lines ...string) *Server {
	tb.Helper()
	guard.SkipIfShort(tb)
	b, err := launch(tb, lines)
	missing(tb, err)
	guard.Remove(tb, b.Node)
	return &Server{tb: tb, broker: b}
}

// URL leads to the server's own virtual host.
func (s *Server) URL() string { return s.broker.url() }

// FreshURL leads to a virtual host for one test, which is deleted after it.
func (s *Server) FreshURL(tb testing.TB) string {
	tb.Helper()
	return fresh(tb, s.URL(), s.broker.api)
}

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends the server in good order.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Start starts the server again, after Kill or Stop, and returns when it can be used.
func (s *Server) Start() {
	s.tb.Helper()
	s.do("start RabbitMQ again", func() error { return s.broker.run() })
}

// Freeze makes the server silent without closing anything, as a lost network does.
func (s *Server) Freeze() {
	s.tb.Helper()
	s.do("freeze RabbitMQ", func() error { return s.broker.Freeze() })
}

// Thaw ends Freeze.
func (s *Server) Thaw() {
	s.tb.Helper()
	s.do("thaw RabbitMQ", func() error { return s.broker.Thaw() })
}

// CloseConnections has the server close all connections, and returns how many it closed.
func (s *Server) CloseConnections() (closed int) {
	s.tb.Helper()
	s.do("close connections", func() (err error) {
		closed, err = s.broker.api.CloseConnections()
		return err
	})
	return closed
}

// FillDisk has the server believe that its disk is full, until free is called or the test ends: it
// blocks the connections that publish. It skips the test where the server is in a container.
func (s *Server) FillDisk() (free func()) {
	s.tb.Helper()
	if s.broker.eval == nil {
		s.tb.Skip("needs a RabbitMQ outside of containers")
	}
	const limit = "rabbit_disk_monitor set_disk_free_limit "
	s.do("fill the disk", func() error {
		err := s.broker.eval(limit + "[1000000000000000]")
		if err == nil { // The answer comes once all connections are told of the alarm.
			err = s.broker.eval("rabbit_alarm get_alarms []")
		}
		return err
	})
	free = sync.OnceFunc(func() {
		s.do("free the disk", func() error { return s.broker.eval(limit + "[50000000]") })
	})
	s.tb.Cleanup(free)
	return free
}

func (s *Server) end(signal syscall.Signal) {
	s.tb.Helper()
	s.do("end RabbitMQ", func() error { return guard.End(s.broker, signal, exitTimeout) })
}

func (s *Server) do(what string, action func() error) {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := action(); err != nil {
		s.tb.Errorf("%s: %v", what, err)
	}
}
