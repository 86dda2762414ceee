// Package framing refuses requests whose end is ambiguous. It scans the bytes of a connection
// before they are parsed, and refuses what RFC 9112 forbids or leaves open. So the server and a
// proxy in front of it read the same requests.
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

// An Error is the reason why a request is refused. Nothing behind that request is read either.
type Error struct {
	Status int
	Detail string // A sentence for the client; empty if the status is enough.

	Method, Target []byte // From the request line, if that was read.
}

func (r *Error) Error() string { return fmt.Sprintf("refused with %d: %s", r.Status, r.Detail) }

func bad(detail string) *Error { return &Error{Status: 400, Detail: detail} }

// Check returns a listener that checks the requests on every connection of l.
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
	scanner  *scanner
	refusal  *Error
	reported bool        //  A Read has returned the refusal.
	done     atomic.Bool // No more requests are checked; the rest is thrown away.
}

// Read implements net.Conn. It passes on a refused request without its end, so that no parser can
// take it for complete. The next Read returns the Error.
func (c *conn) Read(p []byte) (int, error) {
	if c.refusal != nil && !c.done.Load() {
		c.reported = true
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
				c.reported, err = true, refusal
			}
			return passed, err
		}
		if passed > 0 || err != nil {
			return passed, err
		}
	}
}

// Refused returns the Error that a Read of a checked connection has returned, or nil. Parsers do
// not always pass on the error of a Read.
func Refused(c net.Conn) *Error {
	if checked, ok := c.(*conn); ok && checked.reported {
		return checked.refusal
	}
	return nil
}

// NetConn returns the connection that is checked.
func (c *conn) NetConn() net.Conn { return c.Conn }

// CloseWrite ends the sending of answers. Reads then return the bytes unchecked.
func (c *conn) CloseWrite() error {
	c.done.Store(true)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// SetLinger sets what happens to unsent bytes when the connection is closed.
func (c *conn) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(interface{ SetLinger(seconds int) error }); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}
