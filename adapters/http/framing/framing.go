// Package framing sees to it that nobody can be in doubt where a request ends. It follows the
// bytes of a connection before they are parsed, and refuses what RFC 9112 forbids or leaves
// open, so that a proxy in front of the server and the server read the same requests.
package framing

import (
	"fmt"
	"net"
	"sync/atomic"
)

// Limits bound a request.
type Limits struct {
	Head int   // Bytes of the request line and all headers.
	Body int64 // Bytes of a body that comes in chunks.
}

// An Error is why a request is not read. Nothing that comes behind it is read either.
type Error struct {
	Status int
	Detail string // A sentence for the client, if there is more to say than the status does.

	Method, Target []byte // Of the request, once its first line had been read.
}

func (r *Error) Error() string { return fmt.Sprintf("refused with %d: %s", r.Status, r.Detail) }

func bad(detail string) *Error { return &Error{Status: 400, Detail: detail} }

// Check returns l with every connection's requests checked.
func Check(l net.Listener, most Limits) net.Listener { return listener{l, most} }

type listener struct {
	net.Listener
	most Limits
}

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: accepted, scanner: newScanner(l.most)}, nil
}

// A conn passes on what it reads, up to the first request that it refuses.
type conn struct {
	net.Conn
	scanner *scanner
	refusal *Error
	told    bool        // The refusal was the error of a Read.
	done    atomic.Bool // No more requests are read, only what is thrown away.
}

// Read implements net.Conn. A refused request is passed on without its end, so that no parser can
// take it for complete; its Error is that of the next Read.
func (c *conn) Read(p []byte) (int, error) {
	if c.refusal != nil && !c.done.Load() {
		c.told = true
		return 0, c.refusal
	}
	for {
		n, err := c.Conn.Read(p)
		if n == 0 || c.done.Load() {
			return n, err
		}
		passed, refusal := c.scanner.scan(p[:n])
		if c.refusal = refusal; refusal != nil {
			if err = nil; passed == 0 {
				c.told, err = true, refusal
			}
			return passed, err
		}
		if passed > 0 || err != nil {
			return passed, err
		}
	}
}

// Refused returns why no more requests are read from a connection that is checked, if that is so.
// Parsers do not always pass on the error of a Read.
func Refused(c net.Conn) *Error {
	if checked, ok := c.(*conn); ok && checked.told {
		return checked.refusal
	}
	return nil
}

// CloseWrite says that no more answers are sent. What comes then is read as it is.
func (c *conn) CloseWrite() error {
	c.done.Store(true)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// SetLinger says what becomes of an answer that is not sent when the connection is closed.
func (c *conn) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(interface{ SetLinger(seconds int) error }); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}
