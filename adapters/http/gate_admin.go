package http

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// An adminPort is what a request comes through that does not come through the usual port.
type adminPort struct {
	loopback bool // Only programs of this machine reach it.
	tls      bool
}

type adminPortKey struct{}

// probes are the operations that every machine may ask for on the admin port.
var probes = []string{"health", "live", "ready"}

const notPublic = "without AUTH=jwt this process shows it only where the admin port is bound to " +
	"a loopback address"

// admitAdmin is admit on the admin port, which serves probes and operators. Whoever reaches a
// loopback port operates the machine.
func (g gate) admitAdmin(c *fasthttp.RequestCtx, operation string, port *adminPort) error {
	operates := access.Needs(operation) == access.Admin
	switch {
	case slices.Contains(probes, operation):
		return nil
	case operates && port.loopback:
		return port.admitHost(c)
	case operation == metricsOperation && g.authenticator == nil:
		return nil // They tell of no person and no order.
	case operates && g.authenticator == nil:
		return wire.NotServed(notPublic)
	case operates:
		return g.ask(c, operation)
	case !port.loopback && g.authenticator != nil && !c.IsOptions():
		if err := g.ask(c, access.Elsewhere); err != nil {
			return err
		}
	}
	return fiber.ErrNotFound
}

// profiles is the operation that only an admin port has: a profile costs processor time, and shows
// how the process is built.
const profiles = "profiles"

// conceal answers as where there is nothing.
func (g gate) conceal(c *fasthttp.RequestCtx) error {
	if err := g.ask(c, access.Elsewhere); err != nil {
		return err
	}
	return fiber.ErrNotFound
}

// admitHost refuses names that others may have given to a loopback port: a page in a browser of
// this machine could read from it under a name of its own that leads here (DNS rebinding). With TLS
// the browser sees that the name is wrong.
func (p *adminPort) admitHost(c *fasthttp.RequestCtx) error {
	if p.tls || isOwnName(string(c.Request.Header.Host())) {
		return nil
	}
	refused := wire.Protocol(fiber.StatusBadRequest)
	refused.Detail = "the Host of a loopback port must be localhost or an IP address"
	return &refused
}

// isOwnName reports whether a host, with or without a port, is one that nobody else can have.
func isOwnName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "" || strings.EqualFold(host, "localhost")
}
