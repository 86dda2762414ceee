package http

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/ports"
)

// A gate tells who sends each request. What a caller may do is decided where the operation is known
// (see admit).
type gate struct {
	tokens ports.Authenticator // Nil where nobody needs a token.
}

// identify notes who sent c.
func (g gate) identify(c *fasthttp.RequestCtx) error {
	if g.tokens == nil {
		wire.SetCaller(c, access.Everyone())
		return nil
	}
	// TODO(door): read the bearer token and authenticate it.
	return access.ErrNoToken
}

// admit refuses an operation of the API that the caller may not ask for.
func admit(h huma.Context, next func(huma.Context)) {
	c := humafiber.Unwrap(h)
	if err := wire.Admit(c.Context(), h.Operation().OperationID); err != nil {
		_ = wire.HandleError(c, err)
		return
	}
	next(h)
}

// admitted returns a handler for those who may ask for the operation.
func admitted(operation string, handle fiber.Handler) fiber.Handler {
	access.Needs(operation) // Panics without a rule.
	return func(c *fiber.Ctx) error {
		if err := wire.Admit(c.Context(), operation); err != nil {
			return err
		}
		return handle(c)
	}
}
