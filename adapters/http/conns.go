package http

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conns are the open connections. fasthttp takes one that has sent nothing for busy, which would
// hold a shutdown up for the whole read timeout.
type conns struct {
	mu    sync.Mutex
	open  map[*conn]struct{}
	until limits
}

// limits are when reads and writes end at the latest; zero while the server runs.
type limits struct{ reads, writes time.Time }

// watch returns l with conns told of every connection.
func (c *conns) watch(l net.Listener) net.Listener {
	c.open = map[*conn]struct{}{}
	return watched{l, c}
}

// hurry ends every read and write then, also those to come.
func (c *conns) hurry(until limits) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
	for each := range c.open {
		each.hurry(until)
	}
}

type watched struct {
	net.Listener
	all *conns
}

// Accept implements net.Listener.
func (w watched) Accept() (net.Conn, error) {
	accepted, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: accepted, all: w.all}
	w.all.mu.Lock()
	defer w.all.mu.Unlock()
	w.all.open[c] = struct{}{}
	if w.all.until != (limits{}) {
		c.hurry(w.all.until)
	}
	return c, nil
}

// A conn is one of conns.
type conn struct {
	net.Conn
	all     *conns
	lingers atomic.Bool // The answer was given before the request had been read.

	mu    sync.Mutex
	until limits
}

func (c *conn) hurry(until limits) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
	_ = c.Conn.SetReadDeadline(until.reads)
	_ = c.Conn.SetWriteDeadline(until.writes)
}

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.until.reads.IsZero() {
		t = c.until.reads
	}
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.until.writes.IsZero() {
		t = c.until.writes
	}
	return c.Conn.SetWriteDeadline(t)
}

// Close implements net.Conn.
func (c *conn) Close() error {
	if c.lingers.Load() {
		c.drain()
	}
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
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
	_ = c.SetReadDeadline(time.Now().Add(lingerMax))
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
