package wire

import (
	"context"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// known are the codes for errors of the ports and of the use cases. A package with an error of its
// own makes it a Problem.
var known = []struct {
	err  error
	code Code
}{
	{command.ErrKeyReused, keyReused},
	{ports.ErrNotFound, orderNotFound},
	{ports.ErrOutcomeUnknown, outcomeUnknown},
	{budget.ErrSpent, bytesInFlight}, // It is a ports.ErrUnavailable, so it comes first.
	{ports.ErrUnavailable, unavailable},
	{context.DeadlineExceeded, unavailable},
	{context.Canceled, unavailable},
}

// problemOf is the one place where errors become answers. It hides from clients what it knows
// nothing about.
func problemOf(err error) Problem {
	var refusal *order.Error
	var ready *Problem
	var framework *fiber.Error
	var version *command.VersionError
	var token *ports.TokenError
	var scope *access.ScopeError
	switch {
	case errors.As(err, &ready):
		return *ready
	case errors.As(err, &version):
		return versionMismatch(version.Current)
	case errors.As(err, &token):
		return unauthorized(token)
	case errors.As(err, &scope):
		return notInScope(scope)
	case errors.As(err, &refusal):
		return domainProblem(refusal)
	case errors.As(err, &framework):
		return Protocol(framework.Code)
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return *k.code.Problem("")
		}
	}
	return Protocol(fiber.StatusInternalServerError)
}

func domainProblem(e *order.Error) Problem {
	p := codesByName[e.Code].Problem(e.Message)
	for _, i := range e.Issues[:min(len(e.Issues), issuesMax)] {
		p.Issues = append(p.Issues, issue(i))
	}
	p.CurrentStatus, p.AllowedCommands = e.Status, e.Allowed
	return *p
}

// versionMismatch is the answer when If-Match does not list the order's version, which is 0 before
// the order is created.
func versionMismatch(current int) Problem {
	detail := fmt.Sprintf("the order is at version %d, which If-Match does not list", current)
	if current == 0 {
		detail = "If-Match matches nothing, as the order does not exist yet"
	}
	p := versionsDiffer.Problem(detail)
	p.CurrentVersion = current
	return *p
}
