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
