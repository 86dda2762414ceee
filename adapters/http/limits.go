package http

import (
	"errors"
	"net/netip"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/forwarded"
	"orders/adapters/http/ratelimit"
	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/ports"
)

// Limits bound how often each caller may ask.
type Limits struct {
	Rates   ratelimit.Policies
	Proxies forwarded.Proxies // Who may say from which address a request came.
}

var rateLimited = wire.Code{
	Name: "rate-limited", ToAny: true, Status: fiber.StatusTooManyRequests,
	Message: "❌ Too many requests",
	Detail:  "this caller asks more often than it may; nothing was changed; please try again later",
	Meaning: "The caller asks more often than it may: whoever a token names, or all who ask from " +
		"one address without one. Nothing was changed.",
	Action: "Wait as many seconds as `Retry-After` says, and send the request again.",
	Retry:  wire.RetryLater,
}

var (
	errRateLimited = rateLimited.Problem("")
	// errFlooded answers a token that may be good.
	errFlooded = rateLimited.Problem("too many requests without an accepted token came from this " +
		"address; nothing was changed; please try again later")
)

// The headers that tell what a caller may still ask for (draft-ietf-httpapi-ratelimit-headers-11).
const (
	headerRateLimit       = "RateLimit"
	headerRateLimitPolicy = "RateLimit-Policy"
)

// A limiter counts what each caller asks for.
type limiter struct {
	limits  *ratelimit.Limits // Nil where nobody is limited.
	proxies forwarded.Proxies
	now     func() time.Time
}

// count counts a request for an operation, whether its caller is known or was refused. It returns
// an error if the request is one too many. Operators are never limited.
func (l limiter) count(c *fasthttp.RequestCtx, operation string, refused error) error {
	if l.limits == nil {
		return nil
	}
	caller, counts := l.callerOf(c, operation, refused)
	if !counts {
		return nil
	}
	v := l.limits.Take(kindOf(c), caller, l.now())
	if v.Policy != "" {
		c.Response.Header.Set(headerRateLimitPolicy, v.Policy)
		c.Response.Header.Set(headerRateLimit, v.Left)
	}
	if v.Allowed {
		return nil
	}
	c.Response.Header.Set(fiber.HeaderRetryAfter, strconv.Itoa(v.Wait))
	if refused != nil {
		return errFlooded
	}
	return errRateLimited
}

// callerOf returns who sent c: a subject, or an address if nobody vouches for one.
func (l limiter) callerOf(
	c *fasthttp.RequestCtx, operation string, refused error,
) (caller ratelimit.Counted, counts bool) {
	known := wire.CallerOf(c)
	switch {
	case refused != nil && !errors.Is(refused, access.ErrNoToken):
		return l.unaccepted(c, operation), true
	case access.Needs(operation) == access.Admin && known.May(operation) == nil:
		return caller, false
	case known.IsAnonymous():
		return l.limits.At(l.sender(c)), true
	}
	return l.limits.Named(known.Issuer, known.Subject), true
}

// unaccepted is whom tokens are counted for that are not accepted, or that nobody can tell of: the
// address of c. Those for operators are counted apart, so that nothing but forged tokens for
// operators makes an operator wait.
func (l limiter) unaccepted(c *fasthttp.RequestCtx, operation string) ratelimit.Counted {
	at := l.limits.At(l.sender(c))
	if access.Needs(operation) == access.Admin {
		return at.Apart()
	}
	return at
}

// mayTry returns an error if a token comes from an address that may not ask any more, since it sent
// too many requests with bad tokens, or without one. Checking a forged token costs much more than
// refusing it unchecked. A token that was accepted before goes on: good callers may share the
// address.
func (l limiter) mayTry(
	c *fasthttp.RequestCtx, operation, token string, by ports.Authenticator,
) error {
	if l.limits == nil || !l.limits.Spent(kindOf(c), l.unaccepted(c, operation), l.now()) {
		return nil
	}
	if r, can := by.(rememberer); !can || r.Remembers(token) {
		return nil
	}
	c.Response.Header.Set(fiber.HeaderRetryAfter, "1") // count, which is next, sets the right one.
	return errFlooded
}

// A rememberer knows the tokens that it has accepted, without checking them again.
type rememberer interface{ Remembers(token string) bool }

// sender is the address that c was sent from.
func (l limiter) sender(c *fasthttp.RequestCtx) netip.Addr {
	peer, _ := netip.AddrFromSlice(c.RemoteIP())
	return l.proxies.Sender(peer, c.Request.Header.PeekAll(string(l.proxies.Header)))
}

// kindOf tells what c is counted with: every POST asks for a command, whatever is at its path.
func kindOf(c *fasthttp.RequestCtx) ratelimit.Kind {
	if c.IsPost() {
		return ratelimit.Commands
	}
	return ratelimit.Queries
}
