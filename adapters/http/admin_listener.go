package http

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"orders/adapters/http/socket"

	"github.com/valyala/fasthttp"
)

const (
	adminConnsMax    = 64
	adminIdleTimeout = 15 * time.Second
)

// An AdminListener serves probes and operators on a port of their own, so that it answers them
// however many clients there are. It stops last, so that probes can follow a shutdown.
type AdminListener struct {
	address string
	tls     *tls.Config
	log     *slog.Logger

	listener net.Listener
	conns    socket.Conns
	server   *fasthttp.Server
	ended    sync.WaitGroup
}

// NewAdminListener returns the listener that c asks for, or nil if it asks for none.
func NewAdminListener(c Config, log *slog.Logger) *AdminListener {
	if c.AdminAddress == "" {
		return nil
	}
	return &AdminListener{address: c.AdminAddress, tls: c.AdminTLS, log: log}
}

// Serve answers probes and operators as s does, until Close. It fails with one sentence when
// another program has the port.
func (a *AdminListener) Serve(ctx context.Context, s *Server) error {
	if a == nil {
		return nil
	}
	l, err := socket.Listen(ctx, a.address, security(a.tls, a.log), requestLimits)
	if err != nil {
		return err
	}
	full := &overflow{log: a.log}
	a.conns = socket.Conns{
		Max: adminConnsMax, Writes: s.conns.Writes, Timeouts: s.conns.Timeouts, Log: a.log,
		Refuse: full.refuseUnread,
	}
	a.listener = a.conns.Watch(l)
	s.app.Handler() // Sets the routes up.
	a.server = s.siblingServer(s.serveAdmin(isLoopback(l.Addr())))
	a.server.IdleTimeout = adminIdleTimeout
	a.server.ConnState = socket.Observe
	a.ended.Go(func() {
		if err := a.server.Serve(a.listener); err != nil {
			a.log.Error("Admin listener ended", slog.Any("error", err))
		}
	})
	return nil
}

// Addr is where it listens, once Serve has succeeded.
func (a *AdminListener) Addr() net.Addr { return a.listener.Addr() }

// Close stops the listener.
func (a *AdminListener) Close(ctx context.Context) error {
	if a == nil || a.listener == nil {
		return nil
	}
	now := time.Now()
	a.conns.EndBy(socket.Deadlines{Reads: now, Writes: now.Add(grace)})
	err := a.server.ShutdownWithContext(ctx)
	_ = a.listener.Close() // Serve may not have begun yet.
	a.ended.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// serveAdmin answers as the usual port does, but only about the process itself (see admitAdmin).
func (s *Server) serveAdmin(loopback bool) fasthttp.RequestHandler {
	through := &adminPort{loopback, s.config.AdminTLS != nil}
	return func(c *fasthttp.RequestCtx) {
		c.SetUserValue(adminPortKey{}, through)
		s.handle(c)
	}
}

// isLoopback reports whether only programs of this machine reach an address.
func isLoopback(a net.Addr) bool {
	tcp, is := a.(*net.TCPAddr)
	return is && tcp.IP.IsLoopback()
}
