package wire

import (
	"bytes"
	"errors"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// An answer is a complete problem. Huma sends it as it is, since it has a status. An error of a
// handler has none, so Huma completes it first.
type answer Problem

func (a *answer) Error() string { return (*Problem)(a).Error() }

// GetStatus tells Huma the status.
func (a *answer) GetStatus() int { return a.Status }

// ContentType tells Huma the media type.
func (a *answer) ContentType(string) string { return ProblemType }

// complete returns the problem that answers the request c after err, and notes it for the access
// log.
func complete(c *fiber.Ctx, err error) *Problem {
	p := problemOf(err).At(asClientsSee(c.Context()))
	class := CallerOf(c.Context()).Class()
	p.AllowedCommands = class.Allowed(p.AllowedCommands)
	LineOf(c.Context()).failed(p, err)
	if p.challenge != "" {
		c.Set(fiber.HeaderWWWAuthenticate, p.challenge)
	}
	if p.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "1")
	}
	if p.CurrentVersion > 0 {
		c.Set(fiber.HeaderETag, ETag(p.CurrentVersion, class))
	}
	return &p
}

// asClientsSee returns the path of the request as clients see it, below the base path.
func asClientsSee(c *fasthttp.RequestCtx) string {
	below, _ := c.UserValue(BasePathKey).(string)
	return below + string(c.Path())
}

// HandleError answers a request after err. It is Fiber's ErrorHandler, for requests that do not
// pass through Huma.
func HandleError(c *fiber.Ctx, err error) error {
	var framework *fiber.Error
	if errors.As(err, &framework) && framework.Code == fiber.StatusMethodNotAllowed {
		c.Append(fiber.HeaderAllow, fiber.MethodOptions)
		if c.Method() == fiber.MethodOptions {
			c.Status(fiber.StatusNoContent)
			return nil
		}
	}
	p := complete(c, err)
	var text strings.Builder
	if err := Encode(&text, p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, ProblemType)
	return c.Status(p.Status).SendString(text.String())
}

// SendProblem answers a request with a problem without Fiber.
func SendProblem(c *fasthttp.RequestCtx, p Problem) {
	var text bytes.Buffer
	LineOf(c).failed(p, &p)
	_ = Encode(&text, p.At(asClientsSee(c)))
	if p.Status == fiber.StatusServiceUnavailable {
		c.Response.Header.Set(fiber.HeaderRetryAfter, "1")
	}
	c.SetStatusCode(p.Status)
	c.SetContentType(ProblemType)
	c.SetBody(text.Bytes())
}

// UseProblems makes Huma answer errors with problems. Its hooks are global: the first server sets
// them before it answers.
var UseProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError {
		p := Protocol(status)
		return (*answer)(&p)
	}
	huma.NewErrorWithContext = func(
		c huma.Context, status int, _ string, errs ...error,
	) huma.StatusError {
		err := errors.Join(errs...)
		if err == nil {
			err = fiber.NewError(status)
		}
		return (*answer)(complete(humafiber.Unwrap(c), err))
	}
})

// A contextKey names a value that a request carries from its handlers to the server.
type contextKey int

const (
	BasePathKey contextKey = iota // The base path, which clients see before the path.
	lineKey                       // The request's *Line.
	callerKey                     // Who sent the request, an *access.Caller.
)
