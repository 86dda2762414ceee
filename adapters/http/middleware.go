package http

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/socket"
	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/app/command"
)

// wrap gives every request an id and one line in the log, even if it never reaches a handler of
// Fiber.
func (s *Server) wrap(f *fasthttp.Server) {
	handle := f.Handler
	s.handle = func(c *fasthttp.RequestCtx) { s.arrive(c, handle) }
	f.Handler = s.logged(s.handle)
	f.ExpectHandler = s.expect
	f.ErrorHandler = s.unreadable
}

// begin sets the headers that every answer has.
func (s *Server) begin(c *fasthttp.RequestCtx) {
	identify(c)
	if s.basePath != "" {
		c.SetUserValue(wire.BasePathKey, string(s.basePath))
	}
	s.origins.allowReading(c)
	s.gate.markPersonal(c)
	s.protect(c)
}

// protect tells browsers and caches what they may not do with the answer.
func (s *Server) protect(c *fasthttp.RequestCtx) {
	h := &c.Response.Header
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	if s.config.TLS != nil {
		h.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000") // A year.
	}
	if isAdmin(c.Path()) {
		h.Set(fiber.HeaderCacheControl, "no-store")
	}
}

// logged returns handle with an id and a line in the log for each request.
func (s *Server) logged(handle fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(c *fasthttp.RequestCtx) {
		s.begin(c)
		handle(c)
		if c.Request.IsBodyStream() { // The next request would begin behind an unread body.
			socket.Linger(c.Conn())
			c.SetConnectionClose()
		}
		if s.rooms.monitor.Drains() { // The next request goes to another process, in time.
			c.SetConnectionClose()
		}
		unchunk(c)
		s.endSpan(c)
		now := time.Now()
		took, r := now.Sub(c.Time()), wire.RequestOf(c)
		if wire.LineOf(c).Streams {
			s.observe(c, r, took)
			return
		}
		s.record(c, r, now, took)
	}
}

// identify accepts the client's request id, or makes one, and puts it into the answer.
func identify(c *fasthttp.RequestCtx) {
	id := string(c.Request.Header.Peek(wire.RequestID))
	if !command.IsRequestID(id) {
		id = rand.Text()
		c.Request.Header.Set(wire.RequestID, id)
	}
	c.Response.Header.Set(wire.RequestID, id)
	wire.LineOf(c).RequestID = id
}

// withKnownMethod hides from Fiber the methods that it would answer with plain text. Fiber sees
// TRACE instead, which no route has, so that such a request gets 405 with Allow, or 404.
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

// guard bounds each request in bytes, and turns a panic into an error. Whatever has no route is
// answered to those alone who have a token.
func (s *Server) guard(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	v := visitOf(c.Context())
	_, v.account = s.budget.Open(context.Background())
	defer func() { keepAccount(c.Response(), v.account) }()
	err = c.Next()
	switch {
	case !v.entered: // No route has it.
		return s.refuse(c, err)
	case errors.Is(err, errBodyWelcome):
		return nil
	}
	return err
}

// refuse returns the error of a request that has no route. It says no more than what else its
// client may not know.
func (s *Server) refuse(c *fiber.Ctx, err error) error {
	refused := s.enter(c, access.Elsewhere)
	if refused == nil || errors.Is(refused, errBodyWelcome) {
		visitOf(c.Context()).admitted = ""
		return err
	}
	c.Response().Header.Del(fiber.HeaderAllow)
	return refused
}

// record tells the observer of a request, and writes its line in the access log.
func (s *Server) record(c *fasthttp.RequestCtx, r wire.Request, at time.Time, took time.Duration) {
	s.observe(c, r, took)
	r.Path = s.private.Hide(r.Path)
	wire.LineOf(c).Write(s.log, r, wire.Outcome{
		Status: c.Response.StatusCode(), Bytes: size(c), At: at, Took: took,
	})
}

// size is the length of the answer's body, as far as it is known.
func size(c *fasthttp.RequestCtx) int {
	switch {
	case c.IsHead():
		return 0
	case c.Response.IsBodyStream():
		return max(0, c.Response.Header.ContentLength())
	}
	return len(c.Response.Body())
}
