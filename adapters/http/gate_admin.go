package http

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// An adminPort is what a request comes through that does not come through the usual port.
type adminPort struct {
	loopback bool // Only programs of this machine reach it.
}

type adminPortKey struct{}

// probes are the operations that every machine may ask for on the admin port.
var probes = []string{"health", "live", "ready"}

const notPublic = "without AUTH=jwt this process shows it only where the admin port is bound to " +
	"a loopback address"

// admitAdmin is admit on the admin port, which serves probes and operators. Whoever reaches a
// loopback port operates the machine.
func (g gate) admitAdmin(c *fasthttp.RequestCtx, operation string, loopback bool) error {
	operates := access.Needs(operation) == access.Admin
	switch {
	case slices.Contains(probes, operation), operates && loopback:
		return nil
	case operates && g.authenticator == nil:
		return wire.NotServed(notPublic)
	case operates:
		return g.ask(c, operation)
	case !loopback && g.authenticator != nil && !c.IsOptions():
		if err := g.ask(c, access.Elsewhere); err != nil {
			return err
		}
	}
	return fiber.ErrNotFound
}
