package http

import (
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/socket"
)

// Codes are those of the API's own rooms.
var Codes = codes

// Admit asks the gate.
func (s *Server) Admit(c *fasthttp.RequestCtx, operation string) error {
	return s.gate.admit(c, operation)
}

// CloseListener breaks a server from below.
func (s *Server) CloseListener() error { return s.listener.Close() }

// EndBy does the first thing of a shutdown, and no more.
func (s *Server) EndBy() {
	s.conns.EndBy(socket.Deadlines{Reads: time.Now(), Writes: time.Now().Add(time.Second)})
}

// Limit sets how many connections there may be, and how many are refused at once. The clients of
// these have a minute, as a busy machine may need that to send their requests.
func (s *Server) Limit(serve, refuse int) {
	s.conns.Max, s.overflow.slots = serve, make(chan struct{}, refuse)
	s.overflow.wait = time.Minute
}

// Slow makes all times in which clients must have done something so long.
func (s *Server) Slow(d time.Duration) {
	s.conns.Timeouts, s.app.Server().ReadTimeout = socket.Timeouts{Fresh: 10 * d, Head: d}, d
	s.bodies.first.Left, s.bodies.first.Window = d, d
	s.conns.Writes.Window = d
}

// BodyRate sets how many bytes of a body must come in a second.
func (s *Server) BodyRate(n int) { s.bodies.first.Rate = n }

// StopLimits has the clock stand still by which requests are limited.
func (s *Server) StopLimits() {
	at := time.Now()
	s.gate.limits.now = func() time.Time { return at }
}

// ListenOn sets what accepts connections.
func (s *Server) ListenOn(l net.Listener) { s.listener = s.conns.Watch(l) }

// Conns is how many connections are open.
func (s *Server) Conns() int { return s.conns.Count() }

// ConnsFor is how many connections so many files are enough for.
func ConnsFor(files uint64) (serve, refuse int) { return socket.ConnsFor(files) }

// CheckFiles says whether so many files are enough to serve.
func CheckFiles(files uint64) error { return socket.CheckFiles(files) }

// WriteWindow is how long an answer may stand still.
func (s *Server) WriteWindow(d time.Duration) { s.conns.Writes.Window = d }

// Streams sets how many streams there may be, and their times.
func (s *Server) Streams(most int, heartbeat, writeMax time.Duration) {
	s.rooms.streams.Limit(most)
	s.rooms.streams.Heartbeat = heartbeat
	if s.listener == nil { // Connections have theirs from the start.
		s.conns.Writes.Window = writeMax
	}
}

// IsLive reports whether there may be streams at all.
func (s *Server) IsLive() bool { return s.rooms.streams.Live != nil }

// Streaming is how many streams there are.
func (s *Server) Streaming() int { return s.rooms.streams.Count() }

// Handler answers requests where fasthttp would hand them over.
func (s *Server) Handler() fasthttp.RequestHandler {
	s.app.Handler() // Sets the routes up.
	return s.app.Server().Handler
}

// App is the router.
func (s *Server) App() *fiber.App { return s.app }

// AdminServer serves what an admin port does that is bound to a loopback address, or is not.
func (s *Server) AdminServer(loopback bool) *fasthttp.Server {
	s.app.Handler() // Sets the routes up.
	return s.siblingServer(s.serveAdmin(loopback))
}

// IsLoopback reports whether only programs of this machine reach an address.
func IsLoopback(a net.Addr) bool { return isLoopback(a) }
