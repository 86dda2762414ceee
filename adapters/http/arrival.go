package http

import (
	"bytes"
	"cmp"
	"errors"
	"net"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/framing"
	"orders/adapters/http/socket"
	"orders/adapters/http/wire"
)

// route answers what concerns no handler, and leaves the rest to handle.
func (s *Server) route(c *fasthttp.RequestCtx, handle fasthttp.RequestHandler) {
	switch {
	case !meets(&c.Request.Header):
		s.turnAway(c, fiber.ErrExpectationFailed)
	case s.origins.preflight(c):
	case string(c.Request.Header.RequestURI()) == "*": // OPTIONS, of all there is.
		c.Response.Header.Set(fiber.HeaderAllow, "GET, HEAD, OPTIONS, POST")
		c.SetStatusCode(fiber.StatusNoContent)
	default:
		s.basePath.strip(c)
		withKnownMethod(c, handle)
	}
}

// unreadable answers a request that fasthttp could not read.
func (s *Server) unreadable(c *fasthttp.RequestCtx, err error) {
	socket.Linger(c.Conn())
	if refusal := socket.Refusal(c.Conn()); refusal != nil {
		err = refusal
	}
	method, path := asked(c, err)
	s.begin(c)
	s.turnAway(c, unread(err))
	s.record(c, method, path, 0)
}

// expect answers a client that waits to hear whether its body will be taken. A body that will not
// be is refused at once; any other client is told to go on.
func (s *Server) expect(c *fasthttp.RequestCtx) int {
	var err error
	switch {
	case !meets(&c.Request.Header):
		err = fiber.ErrExpectationFailed
	case c.Request.Header.ContentLength() > bodyMax:
		err = fiber.ErrRequestEntityTooLarge
	default:
		return fasthttp.StatusContinue
	}
	socket.Linger(c.Conn())
	s.begin(c)
	s.turnAway(c, err)
	s.record(c, c.Method(), c.URI().PathOriginal(), 0)
	return c.Response.StatusCode()
}

// meets reports whether a request expects nothing but to hear when it may go on. HTTP/1.0 knows
// no expectations.
func meets(h *fasthttp.RequestHeader) bool {
	expects := h.PeekAll(fasthttp.HeaderExpect)
	return len(expects) == 0 || !h.IsHTTP11() ||
		len(expects) == 1 && bytes.EqualFold(expects[0], []byte("100-continue"))
}

// asked returns what is known of a request that could not be read.
func asked(c *fasthttp.RequestCtx, err error) (method, path []byte) {
	var refusal *framing.Error
	if errors.As(err, &refusal) && len(refusal.Method) > 0 {
		c.Request.Header.SetMethodBytes(refusal.Method)
		c.Request.SetRequestURIBytes(refusal.Target)
	} else if c.Request.Header.Len() == 0 {
		return nil, nil // fasthttp could not read them and makes some up.
	}
	return c.Method(), c.URI().PathOriginal()
}

// turnAway answers a request that no handler here gets. The connection ends with it.
func (s *Server) turnAway(c *fasthttp.RequestCtx, err error) {
	s.basePath.strip(c)
	f := s.app.AcquireCtx(c)
	defer s.app.ReleaseCtx(f)
	if failed := wire.Refuse(f, err); failed != nil {
		c.Response.SetStatusCode(fasthttp.StatusInternalServerError)
	}
	c.SetConnectionClose()
	c.Response.SkipBody = c.IsHead()
}

// unread returns what a client is told when fasthttp could not read its request because of err.
func unread(err error) error {
	var refusal *framing.Error
	var late net.Error
	switch {
	case errors.As(err, &refusal):
		return misframed(refusal)
	case errors.As(err, new(*fasthttp.ErrSmallBuffer)):
		return fiber.ErrRequestHeaderFieldsTooLarge
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return fiber.ErrRequestEntityTooLarge
	case errors.As(err, &late) && late.Timeout(), errors.Is(err, fasthttp.ErrTimeout):
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}

// misframed is the answer to a request whose framing is refused.
func misframed(r *framing.Error) *wire.Problem {
	p := wire.Protocol(r.Status)
	p.Detail = cmp.Or(r.Detail, p.Detail)
	return &p
}
