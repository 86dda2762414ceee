package wire

import (
	"context"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// problems are the answers to errors of the ports and of the use cases. A package with an error of
// its own makes it a Problem.
var problems = []struct {
	err error
	Problem
}{
	{command.ErrKeyReused, Problem{
		Status: fiber.StatusUnprocessableEntity, Code: "idempotency-key-reused",
		Message: "❌ Idempotency-Key reused",
		Detail:  "this Idempotency-Key was used before with another request; nothing was changed",
	}},
	{ports.ErrNotFound, Problem{
		Status: fiber.StatusNotFound, Code: "order-not-found",
		Message: "❌ Order not found", Detail: "there is no order with this id",
	}},
	{ports.ErrOutcomeUnknown, Problem{
		Status: fiber.StatusServiceUnavailable, Code: "outcome-unknown",
		Message: "❌ Outcome unknown",
		Detail:  "the change may have been made; repeat it with the same Idempotency-Key",
	}},
	{budget.ErrSpent, Problem{ // It is a ports.ErrUnavailable, so it comes first.
		Status: fiber.StatusServiceUnavailable, Code: "bytes-in-flight",
		Message: "❌ Too much at once",
		Detail: "this process is using all of its memory for requests; " +
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

// problemOf is the one place where errors become answers. It hides from clients what it knows
// nothing about.
func problemOf(err error) Problem {
	var refusal *order.Error
	var ready *Problem
	var framework *fiber.Error
	var version *command.VersionError
	switch {
	case errors.As(err, &ready):
		return *ready
	case errors.As(err, &version):
		return versionMismatch(version.Current)
	case errors.As(err, &refusal):
		return domainProblem(refusal)
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

func domainProblem(e *order.Error) Problem {
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

// versionMismatch is the answer when If-Match does not list the order's version, which is 0 before
// the order is created.
func versionMismatch(current int) Problem {
	p := Problem{
		Status: fiber.StatusPreconditionFailed, Code: "version-mismatch",
		Message: "❌ Version mismatch", CurrentVersion: current,
		Detail: fmt.Sprintf("the order is at version %d, which If-Match does not list", current),
	}
	if current == 0 {
		p.Detail = "If-Match matches nothing, as the order does not exist yet"
	}
	return p
}
