package socket

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// chunkMax is how much is written before its progress is looked at.
const chunkMax = 32 << 10

// A Conn is one of conns. It knows whose turn it is, so that it can be shed when it is the
// client's, and it insists that bytes move. Read and Write are called by one goroutine at a time;
// others look at what is atomic, and move the deadlines.
type Conn struct {
	net.Conn
	all *Conns

	lingers atomic.Bool // The answer was given before the request had been read.
	fresh   bool        // Nothing was ever received.
	body    *Allowance  // Of the body that is being received, if any.
	writing Allowance

	waits, sends moment       // When the read, or write, under way began.
	first        moment       // When the first byte of this request was received.
	received     atomic.Int64 // Bytes of this request.
	inBody       atomic.Bool  // These are of its body by now.

	mu          sync.Mutex
	until       Deadlines
	read, write time.Time // The deadlines that are asked for, besides until.
}

// A moment is a time that other goroutines see; zero is none.
type moment struct{ nanos atomic.Int64 }

func (m *moment) begin() { m.nanos.Store(time.Now().UnixNano()) }

func (m *moment) end() { m.nanos.Store(0) }

// since is how long ago it was.
func (m *moment) since(now time.Time) (ago time.Duration, isSet bool) {
	nanos := m.nanos.Load()
	return time.Duration(now.UnixNano() - nanos), nanos != 0
}

func newConn(accepted net.Conn, all *Conns) *Conn {
	return &Conn{
		Conn: accepted, all: all, fresh: true, writing: all.Writes.Allow(all.Writes.Window),
	}
}

// between says that the next byte to come begins a request.
func (c *Conn) between() {
	c.first.end()
	c.received.Store(0)
	c.writing = c.all.Writes.Allow(c.all.Writes.Window)
}

// BeginBody tells a connection that a body follows, at that pace. The caller calls end when the
// body has ended.
func BeginBody(c net.Conn, pacing Allowance) (end func()) {
	ours, ok := c.(*Conn)
	if !ok {
		return func() {}
	}
	ours.body = &pacing
	ours.inBody.Store(true)
	return func() { ours.body = nil; ours.inBody.Store(false) }
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	began := time.Now()
	if c.body != nil {
		_ = c.SetReadDeadline(began.Add(c.body.Left))
	}
	c.waits.nanos.Store(began.UnixNano())
	n, err := c.Conn.Read(p)
	c.waits.end()
	if n > 0 {
		if c.first.nanos.Load() == 0 {
			c.first.begin()
		}
		c.received.Add(int64(n))
		if c.fresh {
			c.fresh = false
			_ = c.SetReadDeadline(time.Now().Add(c.all.Timeouts.Head))
		}
	}
	if c.body != nil {
		c.body.moved(n, time.Since(began))
	}
	return n, err
}

// Write implements net.Conn. A client that takes its answer slowly gets all of it as long as it
// keeps the pace.
func (c *Conn) Write(p []byte) (written int, err error) {
	for {
		began := time.Now()
		if err := c.SetWriteDeadline(began.Add(c.writing.Left)); err != nil {
			return written, err
		}
		c.sends.nanos.Store(began.UnixNano())
		n, err := c.Conn.Write(p[written:min(written+chunkMax, len(p))])
		c.sends.end()
		written += n
		c.writing.moved(n, time.Since(began))
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.reset()
		}
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

// reset makes Close forget what has not been sent: a client that does not read would not read that
// either.
func (c *Conn) reset() {
	if tcp, ok := c.Conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0)
	}
}

// Bound ends every read and write at these deadlines. Not even the first byte has a time of its
// own.
func (c *Conn) Bound(until Deadlines) {
	c.fresh = false
	c.hurry(until)
}

func (c *Conn) hurry(until Deadlines) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
	_ = c.Conn.SetReadDeadline(earlier(c.read, until.Reads))
	_ = c.Conn.SetWriteDeadline(earlier(c.write, until.Writes))
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error {
	if c.fresh {
		if least := time.Now().Add(c.all.Timeouts.Fresh); t.Before(least) {
			t = least
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = t
	return c.Conn.SetReadDeadline(earlier(t, c.until.Reads))
}

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write = t
	return c.Conn.SetWriteDeadline(earlier(t, c.until.Writes))
}

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Close implements net.Conn.
func (c *Conn) Close() error {
	if c.lingers.Load() {
		c.drain()
	}
	c.all.forget(c)
	return c.Conn.Close()
}

// Observe tells a connection what fasthttp does with it.
func Observe(c net.Conn, state fasthttp.ConnState) {
	ours, ok := c.(*Conn)
	switch {
	case !ok:
	case state == fasthttp.StateIdle:
		ours.between()
	case state == fasthttp.StateActive && !ours.fresh && ours.first.nanos.Load() == 0:
		ours.first.begin() // The request came with the one before it.
	}
}
