package http

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"orders/adapters/http/socket"
	"orders/adapters/http/wire"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// overflowTime is how long a client has to ask, and then to take the refusal.
const overflowTime = time.Second

// errFull means that there are as many connections as there may be, and all of them are busy.
var errFull = &wire.Problem{
	Status: fiber.StatusServiceUnavailable, Code: "too-many-connections",
	Message: "❌ Too many connections",
	Detail:  "this process serves no more connections now; please try again",
}

// An overflow refuses the connections for which there is no room. Each that is refused after its
// request was read has a line in the access log, as any request has. When as many as there may be
// are being refused, further ones get an answer without being read, and a line now and then counts
// them.
type overflow struct {
	server *fasthttp.Server
	log    *slog.Logger
	slots  chan struct{}
	under  sync.WaitGroup

	blind socket.Occasional // Only the accepting goroutine counts.
}

func (s *Server) newOverflow(most int) *overflow {
	return &overflow{
		server: s.siblingServer(s.refuseAll), log: s.log, slots: make(chan struct{}, most),
	}
}

// refuse answers c and closes it. It does not wait for the client.
func (o *overflow) refuse(c *socket.Conn) {
	now := time.Now()
	c.Bound(socket.Deadlines{Reads: now.Add(overflowTime), Writes: now.Add(2 * overflowTime)})
	select {
	case o.slots <- struct{}{}:
	default:
		o.refuseBlindly(c)
		return
	}
	o.under.Go(func() {
		defer func() { <-o.slots }()
		socket.Linger(c)
		_ = o.server.ServeConn(c) // A client that fails is not told.
		_ = c.Close()
	})
}

// refuseBlindly writes into a new connection's buffer, which has room, and closes it.
func (o *overflow) refuseBlindly(c *socket.Conn) {
	_, _ = c.Write(blindly(rand.Text()))
	_ = c.Close()
	if refused, say := o.blind.Count(); say {
		o.log.Warn("connections were refused", slog.Int("connections", refused))
	}
}

// blindly returns the answer to a request that nobody has read.
func blindly(requestID string) []byte {
	var body, all bytes.Buffer
	_ = wire.Encode(&body, errFull.At("/"))
	fmt.Fprintf(&all, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: %s\r\n"+
		"Content-Length: %d\r\nRetry-After: 1\r\nConnection: close\r\n%s: %s\r\n\r\n%s",
		wire.ProblemType, body.Len(), wire.RequestID, requestID, body.Bytes())
	return all.Bytes()
}

// refuseAll answers any request by saying that there is no room.
func (s *Server) refuseAll(c *fasthttp.RequestCtx) {
	c.SetUserValue(wire.Failure, errFull)
	wire.Respond(c, *errFull)
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
