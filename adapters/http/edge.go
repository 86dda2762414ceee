package http

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/framing"
	"orders/adapters/http/wire"
)

// A note is what a request carries along for the access log.
type note int

const (
	failure note = iota // The error behind an answer that is our fault.
	lasting             // Set for a stream, which notes itself when it ends.
	base                // The path that clients have before that of the request.
)

const headerRequestID = wire.RequestID

// requestIDMax is the longest request id that is taken over.
const requestIDMax = 128

// surround sees to it that every request has an id and one line in the log, also one that never
// reaches Fiber's handlers.
func (s *Server) surround(f *fasthttp.Server) {
	handle := f.Handler
	f.Handler = func(c *fasthttp.RequestCtx) {
		s.begin(c)
		switch {
		case !meets(&c.Request.Header):
			s.turnAway(c, fiber.ErrExpectationFailed)
		case s.preflight(c):
		case string(c.Request.Header.RequestURI()) == "*": // OPTIONS, of all there is.
			c.Response.Header.Set(fiber.HeaderAllow, "GET, HEAD, OPTIONS, POST")
			c.SetStatusCode(fiber.StatusNoContent)
		default:
			s.below(c)
			withKnownMethod(c, handle)
		}
		unchunk(c)
		if c.UserValue(lasting) == nil {
			s.record(c, c.Method(), c.URI().PathOriginal(), time.Since(c.Time()))
		}
	}
	f.ExpectHandler = s.expect
	f.ErrorHandler = func(c *fasthttp.RequestCtx, err error) {
		linger(c.Conn())
		if refusal := framing.Refused(inner(c.Conn())); refusal != nil {
			err = refusal
		}
		method, path := asked(c, err)
		s.begin(c)
		s.turnAway(c, unread(err))
		s.record(c, method, path, 0)
	}
}

// expect answers at once, without waiting for a body, who wants to hear before sending one that
// it will not be taken; anybody else is to go on.
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
	linger(c.Conn())
	s.begin(c)
	s.turnAway(c, err)
	s.record(c, c.Method(), c.URI().PathOriginal(), 0)
	return c.Response.StatusCode()
}

// meets reports whether all that a request expects is to hear when it may go on. HTTP/1.0 knows
// no expectations.
func meets(h *fasthttp.RequestHeader) bool {
	expects := h.PeekAll(fasthttp.HeaderExpect)
	return len(expects) == 0 || !h.IsHTTP11() ||
		len(expects) == 1 && bytes.EqualFold(expects[0], []byte("100-continue"))
}

// asked is what is known of a request that could not be read.
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

// turnAway answers a request that nothing here handles, with which its connection ends.
func (s *Server) turnAway(c *fasthttp.RequestCtx, err error) {
	s.below(c)
	f := s.app.AcquireCtx(c)
	defer s.app.ReleaseCtx(f)
	if failed := refuse(f, err); failed != nil {
		c.Response.SetStatusCode(fasthttp.StatusInternalServerError)
	}
	c.SetConnectionClose()
	c.Response.SkipBody = c.IsHead()
}

// begin puts into the answer to c what every answer has.
func (s *Server) begin(c *fasthttp.RequestCtx) {
	identify(c)
	s.share(c)
}

// identify takes the request's id over, or makes one, and says it in the answer.
func identify(c *fasthttp.RequestCtx) {
	id := c.Request.Header.Peek(headerRequestID)
	if len(id) == 0 || len(id) > requestIDMax || !visible(id) {
		made := rand.Text()
		c.Request.Header.Set(headerRequestID, made)
		c.Response.Header.Set(headerRequestID, made)
		return
	}
	c.Response.Header.SetBytesV(headerRequestID, id)
}

// withKnownMethod spares Fiber the methods that it would answer with plain text. To it they are
// all TRACE, which nothing here answers, so that they get 405 with Allow, or 404.
func withKnownMethod(c *fasthttp.RequestCtx, handle fasthttp.RequestHandler) {
	for _, known := range fiber.DefaultMethods {
		if string(c.Method()) == known {
			handle(c)
			return
		}
	}
	method := string(c.Method())
	c.Request.Header.SetMethod(fiber.MethodTrace)
	handle(c)
	c.Request.Header.SetMethod(method)
}

// guard bounds each request in time and in bytes, and turns a panic into an error.
func (s *Server) guard(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	// Fiber's own context ends when the server stops, which the request shall outlast.
	ctx, account := s.budget.Open(s.answering.context())
	defer account.Close()
	c.SetUserContext(ctx)
	return c.Next()
}

// record writes the request's line in the access log.
func (s *Server) record(c *fasthttp.RequestCtx, method, path []byte, took time.Duration) {
	level, status := slog.LevelInfo, c.Response.StatusCode()
	err, failed := c.UserValue(failure).(error)
	switch {
	case failed && status == fasthttp.StatusServiceUnavailable:
		level = slog.LevelWarn
	case failed:
		level = slog.LevelError
	}
	if !s.log.Enabled(c, level) {
		return
	}
	line := append(make([]slog.Attr, 0, 7),
		slog.String("method", string(method)),
		slog.String("path", string(path)),
		slog.Int("status", status),
		slog.Duration("duration", took),
		slog.Int("bytes", size(c)),
		slog.String("requestId", string(c.Request.Header.Peek(headerRequestID))),
	)
	if failed {
		line = append(line, slog.Any("error", err))
	}
	s.log.LogAttrs(c, level, "request", line...)
}

// size is how many bytes of body the answer has, as far as that is known.
func size(c *fasthttp.RequestCtx) int {
	if c.IsHead() || c.Response.IsBodyStream() {
		return 0
	}
	return len(c.Response.Body())
}
