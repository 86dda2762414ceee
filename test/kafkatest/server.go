package kafkatest

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/kafkatest/server"
	"orders/test/process"
)

const (
	startTimeout = 2 * time.Minute // Java is slow on a machine that is busy.
	exitTimeout  = time.Minute
)

// Server is a Kafka of the test's own, which it may kill, freeze and start again on the same port
// and with the same data. Its methods may be called from any goroutine of the test.
type Server struct {
	tb testing.TB

	mu   sync.Mutex
	node guard.Node
}

// Start starts a Kafka for this test alone. More lines of its server.properties may follow, and
// override others.
func Start(tb testing.TB, lines ...string) *Server {
	tb.Helper()
	return startOrder(tb, order{lines: lines})
}

func startOrder(tb testing.TB, o order) *Server {
	tb.Helper()
	guard.SkipIfShort(tb)
	node, err := launch(tb, o)
	missing(tb, err)
	guard.Remove(tb, node)
	return &Server{tb: tb, node: node}
}

// Brokers are the addresses of the server, to begin with.
func (s *Server) Brokers() []string { return []string{s.node.Address()} }

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends the server in good order.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Start starts the server again, after Kill or Stop, and returns when it can be used.
func (s *Server) Start() {
	s.tb.Helper()
	s.do("start Kafka again", func() error { return run(s.node) })
}

// Freeze makes the server silent without closing anything, as a lost network does.
func (s *Server) Freeze() {
	s.tb.Helper()
	s.do("freeze Kafka", s.node.Freeze)
}

// Thaw ends Freeze.
func (s *Server) Thaw() {
	s.tb.Helper()
	s.do("thaw Kafka", s.node.Thaw)
}

// run starts a server and returns when it can be used.
func run(node guard.Node) error {
	if err := node.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	err := process.AwaitListening(ctx, node.Address(), node.Exited)
	if err == nil {
		err = server.AwaitReady(ctx, node.Address())
	}
	if err != nil {
		return fmt.Errorf("%w: %s", err, node.Log())
	}
	return nil
}

func (s *Server) end(signal syscall.Signal) {
	s.tb.Helper()
	s.do("end Kafka", func() error { return guard.End(s.node, signal, exitTimeout) })
}

func (s *Server) do(what string, action func() error) {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := action(); err != nil {
		s.tb.Errorf("%s: %v", what, err)
	}
}
