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

// An answer is a problem that is complete. Huma sends it as it is, since it has a status; what a
// handler returns has none, so that it is completed first.
type answer Problem

func (a *answer) Error() string { return (*Problem)(a).Error() }

// GetStatus makes Huma take the status from a.
func (a *answer) GetStatus() int { return a.Status }

// ContentType makes Huma send a as what it is.
func (a *answer) ContentType(string) string { return ProblemType }

// fail completes the answer to err for the request c. It leaves err to the access log when the
// service is at fault.
func fail(c *fiber.Ctx, err error) *Problem {
	p := problemOf(err).At(asClientsSee(c.Context()))
	if p.Status >= fiber.StatusInternalServerError { // The service is at fault.
		c.Context().SetUserValue(Failure, err)
	}
	if p.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "1")
	}
	if p.CurrentVersion > 0 {
		c.Set(fiber.HeaderETag, ETag(p.CurrentVersion))
	}
	return &p
}

// asClientsSee returns the path of the request as clients see it, below the base path.
func asClientsSee(c *fasthttp.RequestCtx) string {
	below, _ := c.UserValue(Base).(string)
	return below + string(c.Path())
}

// Refuse answers err; it is Fiber's ErrorHandler, for what does not pass through Huma.
func Refuse(c *fiber.Ctx, err error) error {
	var framework *fiber.Error
	if errors.As(err, &framework) && framework.Code == fiber.StatusMethodNotAllowed {
		c.Append(fiber.HeaderAllow, fiber.MethodOptions)
		if c.Method() == fiber.MethodOptions {
			c.Status(fiber.StatusNoContent)
			return nil
		}
	}
	p := fail(c, err)
	var text strings.Builder
	if err := Encode(&text, p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, ProblemType)
	return c.Status(p.Status).SendString(text.String())
}

// Respond answers with a problem where Fiber does not serve.
func Respond(c *fasthttp.RequestCtx, p Problem) {
	var text bytes.Buffer
	_ = Encode(&text, p.At(asClientsSee(c)))
	if p.Status == fiber.StatusServiceUnavailable {
		c.Response.Header.Set(fiber.HeaderRetryAfter, "1")
	}
	c.SetStatusCode(p.Status)
	c.SetContentType(ProblemType)
	c.SetBody(text.Bytes())
}

// UseProblems makes Huma answer errors with problems. Its hooks are global: they are set once,
// before the first server answers, and know no server.
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
		return (*answer)(fail(humafiber.Unwrap(c), err))
	}
})

// A note is what a request carries along for the access log.
type note int

const (
	Failure note = iota // The error behind an answer that is our fault.
	Lasting             // Set for a stream, which notes itself when it ends.
	Base                // The base path, which clients have before that of the request.
)
