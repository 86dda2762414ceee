package wire

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"orders/app/command"
	"orders/ports"
	"orders/ports/budget"
)

// known are the codes for errors of the ports and of the use cases. A package with an error of its
// own makes it a Problem.
var known = []struct {
	err  error
	code Code
}{
	{ports.ErrOutcomeUnknown, outcomeUnknown},
	{budget.ErrSpent, bytesInFlight}, // It is a ports.ErrUnavailable, so it comes first.
	{ports.ErrUnavailable, unavailable},
	{context.DeadlineExceeded, unavailable},
	{context.Canceled, unavailable},
	{ports.ErrUnreadable, orderUnreadable},
}

// problemOf is the one place where errors become answers. It hides from clients what it knows
// nothing about.
func problemOf(err error) Problem {
	var ready *Problem
	var framework *fiber.Error
	refusal, is := command.RefusalOf(err)
	switch {
	case errors.As(err, &ready):
		return *ready
	case is:
		return refused(refusal, err)
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

func refused(r command.Refusal, err error) Problem {
	p := codesByName[r.Code].Problem(r.Detail)
	for _, i := range r.Issues {
		p.Issues = append(p.Issues, issue(i))
	}
	p.CurrentStatus, p.AllowedCommands = r.CurrentStatus, r.AllowedCommands
	p.CurrentVersion, p.challenge = r.CurrentVersion, challengeTo(err, p.Detail)
	return *p
}
