// Package http serves orders over HTTP. A handler parses, calls and answers; the rules are the
// domain's.
package http

import (
	"cmp"
	"log/slog"
	"net"
	nethttp "net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/socket"
	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// Config is what can be chosen about the API.
type Config struct {
	Address    string         // Where to listen, such as ":3000", which is what empty means.
	BasePath   string         // Before the API's paths as clients see them, such as "/shop".
	Origins    []string       // Of pages that may use the API; "*" stands for all.
	Version    string         // The program's version, for the API's description.
	Currency   order.Currency // Of orders that name none. Empty means USD.
	RequireKey bool           // Refuse commands that come without an Idempotency-Key.
	Timeout    time.Duration  // How long a request may take. Zero means 10 s.

	WithoutCommands bool // Other processes serve what is below /commands,
	WithoutQueries  bool // and what is below /queries.

	AdminAddress string        // Where probes are answered besides. Empty means nowhere.
	DrainDelay   time.Duration // How long to serve on, not ready any more, once told to stop.
	MaxLag       time.Duration // Not ready while a projection is farther behind. Zero is no limit.
}

// Parts are what the API is made of.
type Parts struct {
	Commands *command.Handler // Changes orders.
	Orders   ports.Orders     // Shows them.
	History  ports.History    // Tells what happened to them.

	Operations []func(huma.API) // Each adds the queries of another module.

	Live        ports.Live        // Tells of changes. Nil where that is not served.
	Projections ports.Projections // Show how they stand. Nil where that is not served.
	Checks      []ports.Check     // Without all of these the service is not ready.

	Budget *budget.Budget // Of bytes that are held for requests. Nil bounds nothing.
}

// The limits on what a client may send, and how long it may take.
const (
	bodyMax     = 1 << 20 // Bytes.
	headerMax   = 8 << 10 // Bytes of the request line and all headers.
	idleTimeout = 75 * time.Second
	// clientShare is the part of the budget for bodies that are being received, and again for what
	// streams send. Clients decide how long both take, so half is left to all other answers.
	clientShare = 4
)

// A Server answers HTTP requests: first Listen, then Serve, and Shutdown to end it.
type Server struct {
	config Config
	log    *slog.Logger
	app    *fiber.App
	handle fasthttp.RequestHandler // Answers any request.
	rooms  rooms

	basePath  basePath
	origins   origins
	bodies    bodies
	budget    *budget.Budget
	answering wire.Timeout // Of each request.

	listener net.Listener
	conns    socket.Conns
	overflow *overflow
	stopping atomic.Bool
}

// New returns a Server of the parts. It logs each request.
func New(c Config, p Parts, log *slog.Logger) *Server {
	wire.UseProblems()
	keepSmallBodies()
	c.Address = cmp.Or(c.Address, ":3000")
	c.Version = cmp.Or(c.Version, "dev")
	c.Currency = cmp.Or(c.Currency, "USD")
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	s := &Server{
		config: c, log: log, app: newFiber(), rooms: newRooms(c, p, log),
		basePath: basePath(c.BasePath), origins: c.Origins, budget: p.Budget,
		bodies: bodies{budget: p.Budget.Share(clientShare)},
	}
	s.answering.After = c.Timeout
	s.app.Server().Logger = quiet{log}
	s.app.Server().HeaderReceived = s.bodies.announce
	s.app.Use(s.guard)
	s.addRooms()
	s.wrap(s.app.Server())
	s.bound(socket.FilesMax())
	return s
}

// bound sets how many connections there may be, and how fast they must be, when so many files may
// be open.
func (s *Server) bound(files uint64) {
	serve, refuse := socket.ConnsFor(files)
	s.bodies.first = socket.BodyPace.Allow(socket.BodyGrace)
	s.overflow = s.newOverflow(refuse)
	s.rooms.streams.Limit(max(serve/2, 1))
	s.conns = socket.Conns{
		Max: serve, Writes: socket.WritePace, Timeouts: socket.UsualTimeouts,
		Log: s.log, Refuse: s.overflow.refuse,
	}
}

// keepSmallBodies makes fasthttp keep only small buffers for further bodies. It would leave the
// largest that a connection ever needed with it, for as long as it is open. The setting is global.
var keepSmallBodies = sync.OnceFunc(func() {
	fasthttp.SetBodySizePoolLimit(wire.BufferMax, wire.BufferMax)
})

// Test answers req without a network.
func (s *Server) Test(req *nethttp.Request) (*nethttp.Response, error) {
	return s.app.Test(req, -1)
}

func newFiber() *fiber.App {
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true,
		ErrorHandler:          wire.Refuse,
		Immutable:             true, // What outlives a request may keep its strings.
		// We read bodies ourselves: of a stream, fasthttp reads as much as the limit says, and the
		// limit may not be 0.
		StreamRequestBody: true,
		BodyLimit:         1,
		ReadBufferSize:    headerMax,
		ReadTimeout:       socket.HeadTimeout,
		IdleTimeout:       idleTimeout,
		Concurrency:       2 * socket.ConnsMax, // Those that are shed may take a moment to end.
		// A form is a body like any other here: of the wrong type.
		DisablePreParseMultipartForm: true,
	})
	app.Server().CloseOnShutdown = true
	app.Server().ConnState = socket.Observe
	// The pool's janitor sleeps this long before it sees that the server has stopped.
	app.Server().MaxIdleWorkerDuration = 250 * time.Millisecond
	return app
}
