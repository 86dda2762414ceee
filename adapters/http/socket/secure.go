package socket

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Security is how a listener speaks TLS.
type Security struct {
	Config *tls.Config
	Plain  func() []byte // The answer to a client that speaks HTTP without TLS.
	Log    *slog.Logger
}

// A secured listener speaks TLS on its connections.
type secured struct {
	net.Listener
	with   Security
	failed *failures
}

// Accept implements net.Listener. The handshake is a part of the first Read.
func (s secured) Accept() (net.Conn, error) {
	accepted, err := s.Listener.Accept()
	if err != nil {
		return nil, err
	}
	raw := &opening{Conn: accepted, left: handshakeMax}
	return &secure{Conn: tls.Server(raw, s.with.Config), raw: raw, of: s}, nil
}

// A secure connection is one of TLS. Unlike those of crypto/tls it never waits for a client where
// it writes or closes.
type secure struct {
	*tls.Conn
	raw    *opening
	of     secured
	opened func()      // Is told that the handshake is complete.
	open   atomic.Bool // It is.
	cut    atomic.Bool // What has not been sent is dropped.
}

// Read implements net.Conn. A connection whose handshake fails seems to have ended.
func (c *secure) Read(p []byte) (int, error) {
	if !c.open.Load() {
		if err := c.HandshakeContext(context.Background()); err != nil {
			c.refuse(err)
			return 0, io.EOF
		}
		c.raw.left = noBound
		c.open.Store(true)
		c.opened()
	}
	return c.Conn.Read(p)
}

var errNotOpen = errors.New("the handshake of TLS is not complete")

// Write implements net.Conn. Nothing can be told to a client before the handshake.
func (c *secure) Write(p []byte) (int, error) {
	if !c.open.Load() {
		return 0, errNotOpen
	}
	return c.Conn.Write(p)
}

// refuse ends a connection whose handshake has failed.
func (c *secure) refuse(err error) {
	var odd tls.RecordHeaderError
	if errors.As(err, &odd) && odd.Conn != nil && isHTTP(odd.RecordHeader) {
		err = errors.New("the client speaks HTTP without TLS")
		_, _ = c.raw.Write(c.of.with.Plain())
		c.raw.closeWrite()
		_ = c.raw.SetReadDeadline(time.Now().Add(farewell))
		_, _ = io.Copy(io.Discard, c.raw) // Closing before that would reset the connection.
	}
	if c.raw.left < handshakeMax { // Who has said nothing has not failed.
		c.of.failed.count(c.of.with.Log, err)
	}
}

// isHTTP reports whether the first bytes of a connection are a request's.
func isHTTP(header [5]byte) bool {
	switch string(header[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "PATCH", "DELET", "OPTIO", "TRACE":
		return true
	}
	return false
}

// CloseWrite ends the sending of answers, as both TLS and TCP say it.
func (c *secure) CloseWrite() error {
	c.raw.closing.Store(true)
	err := c.Conn.CloseWrite()
	c.raw.closeWrite()
	return err
}

// Close implements net.Conn.
func (c *secure) Close() error {
	c.raw.closing.Store(true)
	if !c.open.Load() || c.cut.Load() {
		return c.raw.Close()
	}
	return c.Conn.Close()
}

// SetLinger sets what happens to unsent bytes when the connection is closed.
func (c *secure) SetLinger(seconds int) error {
	c.cut.Store(seconds == 0)
	if tcp, ok := c.raw.Conn.(interface{ SetLinger(seconds int) error }); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}

const (
	// handshakeMax is how many bytes a client may send until the handshake is complete. crypto/tls
	// would keep 64 KiB for each message; a client's first one has some 2 KiB.
	handshakeMax = 16 << 10
	noBound      = -1
	// farewell is how long the last bytes of TLS, which end a connection, may wait for the client.
	farewell = time.Second
)

var errLongHandshake = errors.New("the handshake of TLS is too long")

// An opening is the connection below TLS.
type opening struct {
	net.Conn
	left    int         // Bytes that the handshake may still read, or noBound.
	comes   func(n int) // Is told how many bytes have been read.
	closing atomic.Bool // Nothing but the end is written.
}

// Read implements net.Conn.
func (o *opening) Read(p []byte) (int, error) {
	if o.left == 0 {
		return 0, errLongHandshake
	}
	if o.left > 0 {
		p = p[:min(len(p), o.left)]
	}
	n, err := o.Conn.Read(p)
	if o.left > 0 {
		o.left -= n
	}
	o.comes(n)
	return n, err
}

// SetWriteDeadline implements net.Conn. crypto/tls gives the end of a connection 5 s.
func (o *opening) SetWriteDeadline(t time.Time) error {
	if o.closing.Load() {
		t = earlier(t, time.Now().Add(farewell))
	}
	return o.Conn.SetWriteDeadline(t)
}

func (o *opening) closeWrite() {
	if half, ok := o.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// failures are logged now and then.
type failures struct {
	mu        sync.Mutex
	throttled Throttled
}

func (f *failures) count(log *slog.Logger, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errors.New("the handshake took too long")
	}
	if n, due := f.throttled.Count(); due {
		log.Info("Handshakes of TLS failed", slog.Int("connections", n), slog.Any("error", err))
	}
}

// secureOf returns the TLS of an accepted connection, or nil.
func secureOf(c net.Conn) *secure {
	if checked, ok := c.(interface{ NetConn() net.Conn }); ok {
		s, _ := checked.NetConn().(*secure)
		return s
	}
	return nil
}
