package http

import (
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// conns are the open connections of a listener.
type conns struct {
	max      int  // How many there may be.
	writes   pace // At which answers must be taken.
	timeouts timeouts
	log      *slog.Logger
	refuse   func(*conn) // Answers a connection for which there is no room, and closes it.

	mu    sync.Mutex
	open  map[*conn]struct{}
	until deadlines
}

const (
	freshTimeout = 30 * time.Second
	headTimeout  = 10 * time.Second
)

// timeouts are how long a client may take.
type timeouts struct {
	fresh time.Duration // To send anything at all on a new connection.
	head  time.Duration // To send the head of a request, from its first byte on.
}

// deadlines are when reads and writes end at the latest; zero while the server runs.
type deadlines struct{ reads, writes time.Time }

// watch returns l with conns told of every connection.
func (c *conns) watch(l net.Listener) net.Listener {
	c.open = map[*conn]struct{}{}
	return &watched{Listener: l, all: c}
}

// hurry ends every read and write then, also those to come. fasthttp takes a connection that has
// sent nothing for busy, which would hold a shutdown up for the whole read timeout.
func (c *conns) hurry(until deadlines) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
	for each := range c.open {
		each.hurry(until)
	}
}

// admit makes a connection one of c, unless there are too many, none of which can be shed.
func (c *conns) admit(accepted net.Conn) (*conn, bool) {
	admitted := newConn(accepted, c)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.max && c.shed(shedAtOnce) == 0 {
		return admitted, false
	}
	c.open[admitted] = struct{}{}
	if c.until != (deadlines{}) {
		admitted.hurry(c.until)
	}
	return admitted, true
}

// count is how many connections are open.
func (c *conns) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

func (c *conns) forget(one *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, one)
}

// lingerMax is how long a client may go on sending a request that has been refused.
const lingerMax = 5 * time.Second

// drain reads what the client still sends. To close a connection with unread data resets it,
// and the client would see a broken pipe instead of our answer (more often than not, measured
// with 4 MiB on a loopback).
func (c *conn) drain() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	c.fresh = false
	c.between()
	_ = c.SetReadDeadline(time.Now().Add(lingerMax))
	c.waits.begin()
	_, _ = io.Copy(io.Discard, c.Conn)
}

// linger makes a connection read the rest of a refused request before it closes.
func linger(c net.Conn) {
	if ours, ok := c.(*conn); ok {
		ours.lingers.Store(true)
	}
}

// inner is the connection that c watches.
func inner(c net.Conn) net.Conn {
	if ours, ok := c.(*conn); ok {
		return ours.Conn
	}
	return c
}
