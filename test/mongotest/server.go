package mongotest

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/guard"
	"orders/test/mongotest/server"
	"orders/test/process"
)

// exitTimeout is how long a server may take to end.
const exitTimeout = 2 * time.Minute

// Server is a mongod of the test's own, which it may stop, kill, freeze and start again on the
// same port and with the same data. Its methods may be called from any goroutine of the test.
type Server struct {
	tb  testing.TB
	set string // The replica set that URI names; empty for a stand-alone or one of several.

	member bool // One of several, so it may be secondary when it is back.

	mu   sync.Mutex
	node node
}

// Start starts a replica set of one for this test alone. More arguments for mongod may follow,
// as "--oplogSize", "1", "--syncdelay", "1" for a history that is soon lost.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	nodes := mustLaunch(tb, order{members: 1, set: true, args: args})
	return &Server{tb: tb, node: nodes[0], set: server.SetName}
}

// StartAlone starts a stand-alone server, which has no oplog, for this test alone.
func StartAlone(tb testing.TB, args ...string) *Server {
	tb.Helper()
	return &Server{tb: tb, node: mustLaunch(tb, order{members: 1, args: args})[0]}
}

// mustLaunch starts mongods and removes them after the test.
func mustLaunch(tb testing.TB, o order) []node {
	tb.Helper()
	guard.SkipIfShort(tb)
	nodes, err := launch(tb, o)
	if err != nil {
		tb.Fatalf("no MongoDB for this test: %v", err)
	}
	guard.Remove(tb, nodes...)
	return nodes
}

// Address is host and port of the server.
func (s *Server) Address() string { return s.node.Address() }

// URI leads to a database on this server, which ends with the server. A member of a set of
// several is reached directly, whatever its state.
func (s *Server) URI(database string) string {
	if s.set == "" {
		return server.DirectURI(s.Address(), database)
	}
	return setURI([]node{s.node}, database)
}

// Kill ends the server at once, as kill -9 does. What it acknowledged with a journal is kept.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends the server in good order.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Freeze makes the server silent without closing anything, as a lost network does.
func (s *Server) Freeze() {
	s.tb.Helper()
	s.do("freeze mongod", s.node.Freeze)
}

// Thaw ends Freeze.
func (s *Server) Thaw() {
	s.tb.Helper()
	s.do("thaw mongod", s.node.Thaw)
}

// Restart starts the server again, after ending it in good order if it runs, and returns when it
// can be used.
func (s *Server) Restart() {
	s.tb.Helper()
	s.Stop()
	s.do("start mongod again", func() error {
		if err := s.node.Start(); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
		defer cancel()
		err := process.AwaitListening(ctx, s.Address(), s.node.Exited)
		if err == nil {
			err = server.AwaitReady(ctx, s.Address(), s.member)
		}
		if err != nil {
			return fmt.Errorf("%w: %s", err, s.node.Log())
		}
		return nil
	})
}

// StepDown makes the only member of a set step down, and returns when it is elected again. Its
// connections stay.
func (s *Server) StepDown() {
	s.tb.Helper()
	s.do("step down", func() error {
		const seconds = 1 // For which it is no candidate.
		err := test(s.URI("admin"), bson.D{
			{Key: "replSetStepDown", Value: seconds}, {Key: "force", Value: true},
		}, nil)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
		defer cancel()
		return server.AwaitReady(ctx, s.Address(), false)
	})
}

func (s *Server) end(signal syscall.Signal) {
	s.tb.Helper()
	s.do("end mongod", func() error { return guard.End(s.node, signal, exitTimeout) })
}

func (s *Server) do(what string, action func() error) {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := action(); err != nil {
		s.tb.Errorf("%s: %v", what, err)
	}
}
