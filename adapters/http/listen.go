package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"orders/adapters/http/framing"
	"orders/adapters/http/order"
	"orders/adapters/http/socket"
)

// requestLimits bound each request.
var requestLimits = framing.Limits{Head: headerMax, Body: bodyMax}

// Listen opens the port. It fails with one sentence when another program has it.
func (s *Server) Listen(ctx context.Context) error {
	if err := socket.CheckFiles(socket.FilesMax()); err != nil {
		return err
	}
	l, err := socket.Listen(ctx, s.config.Address, security(s.config.TLS, s.log), requestLimits)
	if err != nil {
		return err
	}
	s.listener = s.conns.Watch(l)
	return nil
}

// security is how a port speaks TLS, if c is not nil.
func security(c *tls.Config, log *slog.Logger) socket.Security {
	return socket.Security{Config: c, Plain: plainAnswer, Log: log}
}

// Addr is where the server listens, once Listen has succeeded.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve answers until Shutdown, and then returns nil. Any earlier return is an error.
func (s *Server) Serve() error {
	err := s.app.Listener(s.listener)
	if err == nil && !s.stopping.Load() {
		err = net.ErrClosed
	}
	if err != nil {
		return fmt.Errorf("serve on %s: %w", s.Addr(), err)
	}
	return nil
}

// grace is how long a request may take to arrive once the server stops, and how much longer than
// the request timeout its answer may take.
const grace = 500 * time.Millisecond

// Started makes the service ready.
func (s *Server) Started() { s.rooms.monitor.Start() }

// Shutdown makes the service not ready and serves on for the drain delay. Then it accepts no more
// connections, ends the streams, answers the requests under way, and closes connections that are
// idle or whose client does not take its answer. It returns when all is done or ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.rooms.monitor.Drain() && s.config.DrainDelay > 0 {
		select {
		case <-time.After(s.config.DrainDelay):
		case <-ctx.Done():
		}
	}
	s.stopping.Store(true)
	s.rooms.streams.End()
	now := time.Now()
	s.conns.EndBy(socket.Deadlines{
		Reads:  now.Add(grace),
		Writes: now.Add(s.config.Timeout + order.AwaitMax + grace),
	})
	err := s.app.ShutdownWithContext(ctx)
	if s.listener != nil {
		_ = s.listener.Close() // Serve may not have begun yet.
	}
	s.overflow.refusals.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
