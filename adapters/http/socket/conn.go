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

// chunkMax is how many bytes are written before the writer looks at the progress.
const chunkMax = 32 << 10

// A Conn is one of Conns. It knows whether it waits for the client, so that it can be shed then,
// and it ends when bytes move too slowly. One goroutine at a time calls Read and Write. Others read
// what is atomic, and move the deadlines.
type Conn struct {
	net.Conn
	all *Conns

	lingers atomic.Bool // The answer was given before the request had been read.
	fresh   bool        // Nothing has been received yet.
	opened  bool        // The handshake of TLS is complete.
	late    bool        // A read has ended at its deadline.
	ahead   int64       // Bytes of TLS whose record is not complete.
	body    *Allowance  // Of the body that is being received, if any.
	writing Allowance

	waits, sends instant      // When the read, or write, under way began.
	first        instant      // When the first byte of this request was received.
	received     atomic.Int64 // Bytes of this request.
	inBody       atomic.Bool  // These are of its body by now.

	mu          sync.Mutex
	until       Deadlines
	read, write time.Time // The deadlines that callers have set, besides until.
}

// An instant is a time that other goroutines can read; zero is none.
type instant struct{ nanos atomic.Int64 }

func (m *instant) begin() { m.nanos.Store(time.Now().UnixNano()) }

func (m *instant) end() { m.nanos.Store(0) }

// since is how long ago it was.
func (m *instant) since(now time.Time) (ago time.Duration, isSet bool) {
	nanos := m.nanos.Load()
	return time.Duration(now.UnixNano() - nanos), nanos != 0
}

func newConn(accepted net.Conn, all *Conns) *Conn {
	c := &Conn{
		Conn: accepted, all: all, fresh: true, writing: all.Writes.Allow(all.Writes.Window),
	}
	if s := secureOf(accepted); s != nil {
		s.raw.comes, s.opened = c.comes, c.awaitFirst
		_ = c.SetWriteDeadline(time.Now().Add(all.Timeouts.Fresh)) // For the handshake.
	}
	return c
}

// awaitFirst notes that the connection is as a new one. A handshake took its time as the head of a
// request does.
func (c *Conn) awaitFirst() {
	c.awaitRequest()
	c.fresh, c.opened, c.ahead = true, true, 0
	_ = c.SetReadDeadline(time.Now().Add(c.all.Timeouts.Fresh))
}

// awaitRequest notes that the next byte begins a request.
func (c *Conn) awaitRequest() {
	c.first.end()
	c.received.Store(0)
	c.writing = c.all.Writes.Allow(c.all.Writes.Window)
}

// BeginBody tells a connection that a body follows, with its allowance. The caller calls end when
// the body has ended.
func BeginBody(c net.Conn, first Allowance) (end func()) {
	ours, ok := c.(*Conn)
	if !ok {
		return func() {}
	}
	ours.body = &first
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
	c.late = c.late || errors.Is(err, os.ErrDeadlineExceeded)
	c.received.Add(-c.ahead)
	c.ahead = 0
	c.arrived(n)
	if c.body != nil {
		c.body.moved(n, time.Since(began))
	}
	return n, err
}

// arrived accounts for n bytes that the client has sent.
func (c *Conn) arrived(n int) {
	if n == 0 {
		return
	}
	if c.first.nanos.Load() == 0 {
		c.first.begin()
	}
	c.received.Add(int64(n))
	if c.fresh {
		c.fresh = false
		_ = c.SetReadDeadline(time.Now().Add(c.all.Timeouts.Head))
	}
}

// comes accounts for n bytes of TLS below a Read. A record, which may have 16 KiB, may take a slow
// but steady client longer than nothing may come, so its bytes move the deadline of that Read. Once
// it is complete only what it held counts.
func (c *Conn) comes(n int) {
	c.arrived(n)
	c.ahead += int64(n)
	if n == 0 || !c.opened {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.read.IsZero() {
		moved := c.read.Add(time.Duration(c.ahead) * time.Second / bodyRate)
		_ = c.Conn.SetReadDeadline(earlier(moved, c.until.Reads))
	}
}

// Write implements net.Conn. A slow client gets its whole answer as long as it reads at the
// least speed.
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

// reset makes Close drop what has not been sent, as the client does not read.
func (c *Conn) reset() {
	if tcp, ok := c.Conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0)
	}
}

// Bound ends every read and write at these deadlines, also the wait for the first byte.
func (c *Conn) Bound(until Deadlines) {
	c.fresh = false
	c.endBy(until)
}

func (c *Conn) endBy(until Deadlines) {
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
		ours.awaitRequest()
	case state == fasthttp.StateActive && !ours.fresh && ours.first.nanos.Load() == 0:
		ours.first.begin() // The request came with the one before it.
	}
}
