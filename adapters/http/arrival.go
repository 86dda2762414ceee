package http

import (
	"bytes"
	"cmp"
	"errors"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/framing"
	"orders/adapters/http/socket"
	"orders/adapters/http/wire"
)

// arrive answers requests that need no handler, and passes all others to handle.
func (s *Server) arrive(c *fasthttp.RequestCtx, handle fasthttp.RequestHandler) {
	switch {
	case !expectationMet(&c.Request.Header):
		s.refuseAndClose(c, fiber.ErrExpectationFailed)
	case s.origins.preflight(c):
	case string(c.Request.Header.RequestURI()) == "*": // OPTIONS, of all there is.
		c.Response.Header.Set(fiber.HeaderAllow, "GET, HEAD, OPTIONS, POST")
		c.SetStatusCode(fiber.StatusNoContent)
	default:
		s.basePath.strip(c)
		withoutHost(c)
		withKnownMethod(c, handle)
	}
}

// withoutHost keeps a path that begins with two slashes a path, which no route has. fasthttp may
// take what comes next for a host, and leave the path of another route.
func withoutHost(c *fasthttp.RequestCtx) {
	if target := c.Request.Header.RequestURI(); bytes.HasPrefix(target, []byte("//")) {
		c.Request.SetRequestURIBytes(append([]byte("/."), target...))
	}
}

// unreadable answers a request that fasthttp could not read.
func (s *Server) unreadable(c *fasthttp.RequestCtx, err error) {
	socket.Linger(c.Conn())
	if refusal := socket.Refusal(c.Conn()); refusal != nil {
		err = refusal
	}
	known := requestLine(c, err)
	s.begin(c)
	s.refuseAndClose(c, unreadableProblem(err))
	r := wire.RequestOf(c)
	if !known {
		r.Method, r.Path = "", ""
	}
	s.record(c, r, time.Now(), 0)
}

// expect answers a client that sends Expect: 100-continue and waits with its body. The server
// refuses at once whom it would not let in, and a body that it would not take. It tells any other
// client to go on.
func (s *Server) expect(c *fasthttp.RequestCtx) int {
	s.begin(c)
	switch {
	case !expectationMet(&c.Request.Header):
		s.refuseAndClose(c, fiber.ErrExpectationFailed)
	case !s.rehearse(c):
		c.SetConnectionClose()
		c.Response.SkipBody = c.IsHead()
	case c.Request.Header.ContentLength() > bodyMax:
		s.refuseAndClose(c, fiber.ErrRequestEntityTooLarge)
	default:
		c.Response.Header.Del(fiber.HeaderVary) // The request begins anew with its body.
		return fasthttp.StatusContinue
	}
	socket.Linger(c.Conn())
	s.endSpan(c)
	s.record(c, wire.RequestOf(c), time.Now(), 0)
	return c.Response.StatusCode()
}

// expectationMet reports whether the server can do what the header Expect asks for, which is
// nothing or 100-continue. HTTP/1.0 knows no such header.
func expectationMet(h *fasthttp.RequestHeader) bool {
	expects := h.PeekAll(fasthttp.HeaderExpect)
	return len(expects) == 0 || !h.IsHTTP11() ||
		len(expects) == 1 && bytes.EqualFold(expects[0], []byte("100-continue"))
}

// requestLine completes a request that could not be read, and reports whether its method and path
// are known.
func requestLine(c *fasthttp.RequestCtx, err error) (known bool) {
	var refusal *framing.Error
	if errors.As(err, &refusal) && len(refusal.Method) > 0 {
		c.Request.Header.SetMethodBytes(refusal.Method)
		c.Request.SetRequestURIBytes(refusal.Target)
		return true
	}
	return c.Request.Header.Len() > 0 // fasthttp makes up what it could not read.
}

// refuseAndClose answers a request that no handler gets, and closes its connection.
func (s *Server) refuseAndClose(c *fasthttp.RequestCtx, err error) {
	s.basePath.strip(c)
	f := s.app.AcquireCtx(c)
	defer s.app.ReleaseCtx(f)
	if failed := wire.HandleError(f, err); failed != nil {
		c.Response.SetStatusCode(fasthttp.StatusInternalServerError)
	}
	c.SetConnectionClose()
	c.Response.SkipBody = c.IsHead()
}

// unreadableProblem returns the answer to a request that fasthttp could not read because of err.
func unreadableProblem(err error) error {
	var refusal *framing.Error
	var late net.Error
	switch {
	case errors.As(err, &refusal):
		return framingProblem(refusal)
	case errors.As(err, new(*fasthttp.ErrSmallBuffer)):
		return fiber.ErrRequestHeaderFieldsTooLarge
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return fiber.ErrRequestEntityTooLarge
	case errors.As(err, &late) && late.Timeout(), errors.Is(err, fasthttp.ErrTimeout):
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}

// framingProblem is the answer to a request whose framing is refused.
func framingProblem(r *framing.Error) *wire.Problem {
	p := wire.Protocol(r.Status)
	p.Detail = cmp.Or(r.Detail, p.Detail)
	return &p
}
