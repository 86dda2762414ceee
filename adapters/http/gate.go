package http

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/ports"
	"orders/ports/budget"
)

// A gate tells who sends each request, and lets it in to what its caller may do. A request passes
// these in order, and is answered by the first that refuses it:
//
//	enter (each handler calls it) -> admit -> ask -> identify -> mayTry -> Authenticate
//	                                              -> count -> wire.Admit (asks the table)
//	                              -> receive (reads the body)
//
// The answer to Expect: 100-continue goes the same way up to the body: see rehearse.
type gate struct {
	authenticator ports.Authenticator // Nil where nobody needs a token.
	time          *wire.Timeout       // Bounds a question to the authenticator.
	limits        limiter

	privateDocs bool // The documentation needs a token.
}

// admit returns nil if the caller of c may ask for the operation, else why not. It asks for a token
// only where one is needed: a probe is answered whatever comes with it, and while nobody can tell
// whose a token is. A request for OPTIONS learns only which methods there are.
func (g gate) admit(c *fasthttp.RequestCtx, operation string) error {
	if g.privateDocs && (operation == "docs" || operation == "document") {
		operation = access.Elsewhere
	}
	port, isAdmin := c.UserValue(adminPortKey{}).(*adminPort)
	switch {
	case isAdmin:
		return g.admitAdmin(c, operation, port)
	case operation == profiles:
		return g.conceal(c)
	case c.IsOptions(), access.Needs(operation) == access.Nothing:
		return nil
	}
	return g.ask(c, operation)
}

// ask admits the caller of c to the operation by its token.
func (g gate) ask(c *fasthttp.RequestCtx, operation string) error {
	refused := g.identify(c, operation)
	switch err := g.limits.count(c, operation, refused); {
	case err != nil && refused == nil:
		return errors.Join(err, wire.Admit(c, operation)) // The log tells what the caller lacks.
	case err != nil:
		return err
	}
	if refused != nil {
		return refused
	}
	return wire.Admit(c, operation)
}

// identify notes who sent c, to ask for the operation.
func (g gate) identify(c *fasthttp.RequestCtx, operation string) error {
	if g.authenticator == nil {
		wire.SetCaller(c, access.Everyone())
		return nil
	}
	token, err := bearer(c)
	if err != nil {
		return err
	}
	if err := g.limits.mayTry(c, operation, token, g.authenticator); err != nil {
		return err
	}
	who, err := g.authenticator.Authenticate(g.time.Context(), token)
	if err != nil {
		return err
	}
	wire.SetCaller(c, access.Named(who))
	return nil
}

// enter lets a request in to an operation: its caller must be allowed to ask for it, and then its
// body is read. Whoever is refused costs no more than a head, and a body may take longer to come
// than its caller's token is accepted. A handler that answers without it does not start (see
// routes).
func (s *Server) enter(c *fiber.Ctx, operation string) error {
	v := visitOf(c.Context())
	v.entered = true
	if v.admitted != operation {
		if err := s.gate.admit(c.Context(), operation); err != nil {
			return err
		}
	}
	if v.rehearsal {
		v.admitted = operation
		return errBodyWelcome
	}
	if err := s.takeBody(c.Context(), operation, v.account); err != nil {
		return err
	}
	if wire.CallerOf(c.Context()).HasExpired(time.Now()) {
		return errExpired
	}
	// The request must outlast a stop of the server, with which Fiber's own context ends. Its time
	// limit begins when the body is there.
	c.SetUserContext(v.traced(v.account.WithContext(s.answering.Context())))
	return nil
}

var errExpired = &ports.TokenError{Reason: "the token has expired while the body came"}

// takeBody receives the body of a command. No other operation has one.
func (s *Server) takeBody(c *fasthttp.RequestCtx, operation string, account *budget.Account) error {
	if c.IsPost() && operation != "other" {
		return s.bodies.receive(c, account)
	}
	return s.bodies.skip(c)
}
