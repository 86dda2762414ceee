package wire

import (
	"context"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/url"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// A Problem is an error answer: that of RFC 9457, and what clients of this API rely on.
type Problem struct {
	Type     string  `json:"type" doc:"Always about:blank; code tells problems apart."`
	Title    string  `json:"title" doc:"The status in words."`
	Status   int     `json:"status" doc:"The HTTP status."`
	Detail   string  `json:"detail" doc:"What is wrong, in words."`
	Instance string  `json:"instance" doc:"The path of the request."`
	Code     string  `json:"code" doc:"A stable code for programs."`
	Message  string  `json:"message" doc:"A headline for people."`
	Issues   []issue `json:"issues,omitzero" doc:"Every invalid value, at most 50."`

	CurrentVersion  int          `json:"currentVersion,omitzero" doc:"The order's version, when If-Match does not name it."`
	CurrentStatus   order.Status `json:"currentStatus,omitzero" doc:"The order's status, when it does not allow the command."`
	AllowedCommands CommandNames `json:"allowedCommands,omitzero" doc:"The commands that are allowed instead."`

	Checks []Check `json:"checks,omitzero" doc:"The checks of /readyz."`

	Cause error `json:"-"` // For the log; clients do not see it.
}

// An issue is one wrong value in a request.
type issue struct {
	Path    []any  `json:"path" doc:"Where the value is: names and indexes, from the outside in."`
	Message string `json:"message" doc:"What is wrong with the value."`
}

// A Check is something without which the service is not ready.
type Check struct {
	Name string `json:"name" doc:"The check's name." example:"started"`
	OK   bool   `json:"ok" doc:"Whether the check passed." example:"true"`
}

// issuesMax bounds an answer to a request that is wrong all over.
const issuesMax = 50

func (p *Problem) Error() string {
	if p.Cause != nil {
		return p.Detail + ": " + p.Cause.Error()
	}
	return p.Detail
}

// An answer is a problem that is complete. Huma sends it as it is, since it has a status; what a
// handler returns has none, so that it is completed first.
type answer Problem

func (a *answer) Error() string { return (*Problem)(a).Error() }

// GetStatus makes Huma take the status from a.
func (a *answer) GetStatus() int { return a.Status }

// ContentType makes Huma send a as what it is.
func (a *answer) ContentType(string) string { return ProblemType }

const ProblemType = "application/problem+json"

// invalid is a request that makes no sense.
func invalid(code, detail string, issues ...issue) *Problem {
	return &Problem{
		Status: fiber.StatusBadRequest, Code: code, Message: "❌ Validation failed",
		Detail: detail, Issues: issues,
	}
}

// WrongField is a request with a header or a parameter that makes no sense.
func WrongField(name, message string) *Problem {
	return invalid(order.ErrInvalid.Code, name+" "+message, issue{[]any{name}, message})
}

// NotServed is the answer to a request that another process serves.
func NotServed(why string) *Problem {
	return &Problem{
		Status: fiber.StatusNotFound, Code: "not-served-here", Message: "❌ Not served here",
		Detail: why + "; ask one that has",
	}
}

// problems are the answers to errors of the ports and of the use cases. A feature that has an error
// of its own makes it a problem.
var problems = []struct {
	err error
	Problem
}{
	{command.ErrKeyReused, Problem{
		Status: fiber.StatusUnprocessableEntity, Code: "idempotency-key-reused",
		Message: "❌ Idempotency-Key reused",
		Detail:  "this Idempotency-Key came before with another request; nothing was changed",
	}},
	{ports.ErrNotFound, Problem{
		Status: fiber.StatusNotFound, Code: "order-not-found",
		Message: "❌ Order not found", Detail: "there is no order with this id",
	}},
	{ports.ErrOutcomeUnknown, Problem{
		Status: fiber.StatusServiceUnavailable, Code: "outcome-unknown",
		Message: "❌ Outcome unknown",
		Detail:  "the change may or may not be made; ask again with the same Idempotency-Key",
	}},
	{budget.ErrSpent, Problem{ // Before ports.ErrUnavailable, which it is, too.
		Status: fiber.StatusServiceUnavailable, Code: "bytes-in-flight",
		Message: "❌ Too much at once",
		Detail: "this process holds as many bytes of other requests as it may; " +
			"nothing was changed; please try again",
	}},
	{ports.ErrUnavailable, unavailable},
	{context.DeadlineExceeded, unavailable},
	{context.Canceled, unavailable},
}

var unavailable = Problem{
	Status: fiber.StatusServiceUnavailable, Code: "unavailable",
	Message: "❌ Service unavailable", Detail: "nothing was changed; please try again",
}

// problemOf is the one place where errors become answers. Clients are told nothing about an error
// that it does not know.
func problemOf(err error) Problem {
	var refusal *order.Error
	var ready *Problem
	var framework *fiber.Error
	var version *command.VersionError
	switch {
	case errors.As(err, &ready):
		return *ready
	case errors.As(err, &version):
		return mismatched(version.Current)
	case errors.As(err, &refusal):
		return refused(refusal)
	case errors.As(err, &framework):
		return Protocol(framework.Code)
	}
	for _, known := range problems {
		if errors.Is(err, known.err) {
			return known.Problem
		}
	}
	return Protocol(fiber.StatusInternalServerError)
}

func refused(e *order.Error) Problem {
	if e.Kind == order.Invalid {
		issues := make([]issue, 0, min(len(e.Issues), issuesMax))
		for _, i := range e.Issues[:cap(issues)] {
			issues = append(issues, issue(i))
		}
		return *invalid(e.Code, e.Message, issues...)
	}
	return Problem{
		Status: fiber.StatusConflict, Code: e.Code, Message: "❌ Command not allowed",
		Detail: e.Message, CurrentStatus: e.Status, AllowedCommands: e.Allowed,
	}
}

// mismatched is the answer to an If-Match that the order does not match; it has no version yet
// where it is to be created.
func mismatched(current int) Problem {
	p := Problem{
		Status: fiber.StatusPreconditionFailed, Code: "version-mismatch",
		Message: "❌ Version mismatch", CurrentVersion: current,
		Detail: fmt.Sprintf("the order is at version %d, which If-Match does not name", current),
	}
	if current == 0 {
		p.Detail = "there is no order yet that If-Match could name"
	}
	return p
}

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

// At completes p for the path of the request.
func (p Problem) At(path string) Problem {
	p.Type = "about:blank"
	p.Title = nethttp.StatusText(p.Status)
	p.Instance = (&url.URL{Path: path}).EscapedPath()
	return p
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
