// Package socket accepts connections, ends those whose bytes move too slowly, and sheds idle and
// slow ones when there is no room for others.
package socket

import (
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"orders/adapters/http/framing"
)

// Conns are the open connections of a listener.
type Conns struct {
	Max      int        // The maximum number of connections.
	Writes   Throughput // The least speed at which clients must read answers.
	Timeouts Timeouts
	Log      *slog.Logger
	Refuse   func(*Conn) // Answers a connection for which there is no room, and closes it.

	mu    sync.Mutex
	open  map[*Conn]struct{}
	until Deadlines
}

// HeadTimeout is how long a client may take for the head of a request.
const HeadTimeout = 10 * time.Second

// UsualTimeouts are the timeouts of a server.
var UsualTimeouts = Timeouts{Fresh: 30 * time.Second, Head: HeadTimeout}

// Timeouts are how long a client may take.
type Timeouts struct {
	Fresh time.Duration // To send anything at all on a new connection.
	Head  time.Duration // To send the head of a request, from its first byte on.
}

// Deadlines are when reads and writes end at the latest; zero while the server runs.
type Deadlines struct{ Reads, Writes time.Time }

// Watch returns a listener that registers every connection of l.
func (c *Conns) Watch(l net.Listener) net.Listener {
	c.open = map[*Conn]struct{}{}
	return &watched{Listener: l, all: c}
}

// EndBy ends every read and write, also later ones, at these deadlines. Otherwise a connection that
// has sent nothing would delay a shutdown for its whole read timeout, as fasthttp takes it for
// busy.
func (c *Conns) EndBy(until Deadlines) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
	for each := range c.open {
		each.endBy(until)
	}
}

// admit registers a connection, unless there are too many and none of them can be shed.
func (c *Conns) admit(accepted net.Conn) (*Conn, bool) {
	admitted := newConn(accepted, c)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.Max && c.shed(shedAtOnce) == 0 {
		return admitted, false
	}
	c.open[admitted] = struct{}{}
	if c.until != (Deadlines{}) {
		admitted.endBy(c.until)
	}
	return admitted, true
}

// Count is how many connections are open.
func (c *Conns) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

func (c *Conns) forget(one *Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, one)
}

// lingerMax is how long a client may go on sending a request that has been refused.
const lingerMax = 5 * time.Second

// drain reads what the client still sends. Closing a connection with unread data would reset it,
// and most clients would see a broken pipe instead of the answer (measured with 4 MiB on a
// loopback).
func (c *Conn) drain() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	c.fresh = false
	c.awaitRequest()
	_ = c.SetReadDeadline(time.Now().Add(lingerMax))
	c.waits.begin()
	_, _ = io.Copy(io.Discard, c.Conn)
}

// Linger makes a connection read the rest of a refused request before it closes.
func Linger(c net.Conn) {
	if ours, ok := c.(*Conn); ok {
		ours.lingers.Store(true)
	}
}

// Refusal is why a connection's requests are no longer read, or nil.
func Refusal(c net.Conn) *framing.Error {
	if ours, ok := c.(*Conn); ok {
		c = ours.Conn
	}
	return framing.Refused(c)
}

// IsLate reports whether the client did not send in time. What reads a body in chunks hides that in
// errors of its own.
func IsLate(c net.Conn) bool {
	ours, ok := c.(*Conn)
	return ok && ours.late
}
