package http

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"orders/adapters/http/socket"
	"orders/adapters/http/wire"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// overflowTime is how long a client has to send its request, and then to take the refusal.
const overflowTime = time.Second

var tooManyConnections = wire.Code{
	Name: "too-many-connections", ToAny: true, Status: fiber.StatusServiceUnavailable,
	Message: "❌ Too many connections",
	Detail:  "this process serves no more connections now; please try again",
	Meaning: "This process has reached its limit of connections, and all of them are busy.",
	Action:  "Send the request again, over fewer connections, or start another process.",
	Retry:   wire.RetryLater,
}

var errTooManyConnections = tooManyConnections.Problem("").
	Because(errors.New("too many connections"))

// An overflow refuses the connections for which there is no room. It reads their requests, so that
// each has a line in the access log. When no slot is free for that, it answers without reading, and
// logs the number of such connections now and then.
type overflow struct {
	server   *fasthttp.Server
	log      *slog.Logger
	slots    chan struct{}
	wait     time.Duration // See overflowTime.
	refusals sync.WaitGroup

	unread socket.Throttled // Used by the accepting goroutine alone.
}

func (s *Server) newOverflow(most int) *overflow {
	return &overflow{
		server: s.siblingServer(s.refuseAll), log: s.log, slots: make(chan struct{}, most),
		wait: overflowTime,
	}
}

// refuse answers c and closes it. It does not wait for the client.
func (o *overflow) refuse(c *socket.Conn) {
	now := time.Now()
	c.Bound(socket.Deadlines{Reads: now.Add(o.wait), Writes: now.Add(2 * o.wait)})
	select {
	case o.slots <- struct{}{}:
	default:
		o.refuseUnread(c)
		return
	}
	o.refusals.Go(func() {
		defer func() { <-o.slots }()
		socket.Linger(c)
		_ = o.server.ServeConn(c) // The client is gone if this fails.
		_ = c.Close()
	})
}

// refuseUnread answers without reading the request, and closes the connection. A new connection's
// buffer has room for the answer. With TLS there is no answer, as the handshake would take time.
func (o *overflow) refuseUnread(c *socket.Conn) {
	_, _ = c.Write(unreadAnswer(errTooManyConnections.At("/"), "Retry-After: 1\r\n"))
	_ = c.Close()
	if refused, due := o.unread.Count(); due {
		o.log.Warn("Connections were refused", slog.Int("connections", refused))
	}
}

// unreadAnswer returns the bytes of an answer to a request that was not read.
func unreadAnswer(p wire.Problem, headers string) []byte {
	var body, all bytes.Buffer
	_ = wire.Encode(&body, p)
	fmt.Fprintf(&all, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s"+
		"X-Content-Type-Options: nosniff\r\nConnection: close\r\n%s: %s\r\n\r\n%s",
		p.Status, fasthttp.StatusMessage(p.Status), wire.ProblemType, body.Len(), headers,
		wire.RequestID, rand.Text(), body.Bytes())
	return all.Bytes()
}

// plainAnswer tells a client that the port speaks TLS, without TLS.
func plainAnswer() []byte {
	p := wire.Protocol(fasthttp.StatusBadRequest)
	p.Detail = "this port speaks HTTPS; ask it with https:// in place of http://"
	return unreadAnswer(p.At("/"), "")
}

// refuseAll answers any request with errTooManyConnections.
func (s *Server) refuseAll(c *fasthttp.RequestCtx) {
	wire.SendProblem(c, *errTooManyConnections)
	c.SetConnectionClose()
}

// siblingServer returns a server beside the usual one, with the same limits on requests. Each
// request has its line in the log.
func (s *Server) siblingServer(handle fasthttp.RequestHandler) *fasthttp.Server {
	usual := s.app.Server()
	return &fasthttp.Server{
		Handler: s.logged(handle), ErrorHandler: usual.ErrorHandler,
		HeaderReceived: usual.HeaderReceived, ExpectHandler: usual.ExpectHandler,
		Logger:            usual.Logger,
		StreamRequestBody: true, MaxRequestBodySize: usual.MaxRequestBodySize,
		DisablePreParseMultipartForm: true, NoDefaultServerHeader: true,
		ReadBufferSize: headerMax, ReadTimeout: socket.HeadTimeout,
		MaxIdleWorkerDuration: usual.MaxIdleWorkerDuration, CloseOnShutdown: true,
	}
}
