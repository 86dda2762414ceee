// Package http serves orders over HTTP. A handler parses, calls and answers; the rules are the
// domain's.
package http

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"net"
	nethttp "net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/ratelimit"
	"orders/adapters/http/socket"
	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// Config is what can be chosen about the API.
type Config struct {
	Address    string         // Where to listen; ":3000" if empty.
	BasePath   string         // The prefix of the API's paths that clients see, such as "/shop".
	Origins    []string       // Origins whose pages may use the API; "*" allows all.
	Version    string         // The program's version, for the API's description.
	Currency   order.Currency // The currency of orders that name none; USD if empty.
	RequireKey bool           // Refuse commands that come without an Idempotency-Key.
	Strict     bool           // Refuse every unknown name in a new order.
	Timeout    time.Duration  // How long a request may take; 10 s if zero.
	Limits     Limits         // How often each caller may ask; as often as it likes if zero.

	PrivateDocs bool // Show the documentation to those alone who have a token.

	WithoutCommands bool // Do not serve /commands.
	WithoutQueries  bool // Do not serve /queries.

	TLS      *tls.Config // How the port speaks TLS. Nil for plain HTTP.
	AdminTLS *tls.Config // How the admin port does.

	Metrics bool // Serve /metrics on the usual port, too.

	AdminAddress string        // Where to serve probes and operators as well; nowhere if empty.
	DrainDelay   time.Duration // How long a stop keeps serving while it is not ready.
	MaxLag       time.Duration // Not ready while a projection lags farther; no limit if zero.
}

// Parts are what the API calls.
type Parts struct {
	Commands *command.Handler // Changes orders.
	Orders   ports.Orders     // Shows them.
	History  ports.History    // Shows their events.

	Operations []func(huma.API) // Each adds the queries of another module.

	Live        ports.Live        // Streams changes. Nil if the process does not.
	Projections ports.Projections // Show their status. Nil if the process does not.
	Relays      ports.Relays      // Show their status. Nil if the process does not.
	Checks      []ports.Check     // All must pass for the service to be ready.

	Tokens ports.Authenticator // Tells who sends a request. Nil if nobody needs a token.

	Budget *budget.Budget // Bounds the bytes held for requests. Nil is no bound.

	Observer Observer // May be zero.
}

// The limits on what a client may send, and how long it may take.
const (
	bodyMax     = 1 << 20 // Bytes.
	headerMax   = 8 << 10 // Bytes of the request line and all headers.
	idleTimeout = 75 * time.Second
	// clientShare divides the budget: one such part is for bodies that are being received, another
	// for streams. Clients decide how long both take, so half is left for all other answers.
	clientShare = 4
)

// A Server answers HTTP requests: first Listen, then Serve, and Shutdown to end it.
type Server struct {
	config Config
	log    *slog.Logger
	app    *fiber.App
	handle fasthttp.RequestHandler // Answers any request.
	routes routes
	gate   gate
	rooms  rooms

	private  wire.PrivatePaths
	observer Observer

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
		basePath: basePath(c.BasePath), origins: c.Origins, budget: p.Budget, observer: p.Observer,
		bodies: bodies{budget: p.Budget.Share(clientShare)}, routes: routes{},
	}
	s.answering.After = c.Timeout
	s.gate = gate{
		p.Tokens, &s.answering,
		limiter{ratelimit.New(c.Limits.Rates), c.Limits.Proxies, time.Now}, c.PrivateDocs,
	}
	s.app.Server().Logger = debugLogger{log}
	s.app.Server().HeaderReceived = s.bodies.announce
	s.app.Use(s.guard)
	s.addRooms()
	s.wrap(s.app.Server())
	s.bound(socket.FilesMax())
	return s
}

// bound limits the number of connections and their least speed, for a process that may open so many
// files.
func (s *Server) bound(files uint64) {
	serve, refuse := socket.ConnsFor(files)
	s.bodies.first = socket.BodyThroughput.Allow(socket.BodyGrace)
	s.overflow = s.newOverflow(refuse)
	s.rooms.streams.Limit(max(serve/2, 1))
	s.conns = socket.Conns{
		Max: serve, Writes: socket.WriteThroughput, Timeouts: socket.UsualTimeouts,
		Log: s.log, Refuse: s.overflow.refuse,
	}
}

// keepSmallBodies makes fasthttp reuse only small buffers for bodies. Otherwise each open
// connection would keep the largest one that it ever needed. The setting is global.
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
		ErrorHandler:          wire.HandleError,
		Immutable:             true, // Strings of a request stay valid after it.
		// The server reads bodies by itself. Fasthttp reads as much of a stream as BodyLimit says,
		// which must not be 0.
		StreamRequestBody: true,
		BodyLimit:         1,
		ReadBufferSize:    headerMax,
		ReadTimeout:       socket.HeadTimeout,
		IdleTimeout:       idleTimeout,
		Concurrency:       2 * socket.ConnsMax, // Shed connections may take a moment to end.
		// The server treats a form as a body of the wrong type.
		DisablePreParseMultipartForm: true,
	})
	app.Server().CloseOnShutdown = true
	app.Server().ConnState = socket.Observe
	// The worker pool notices only after this time that the server has stopped.
	app.Server().MaxIdleWorkerDuration = 250 * time.Millisecond
	return app
}
