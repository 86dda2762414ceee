package command

import (
	"errors"
	"fmt"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

// A Refusal says why a command was refused, in the same words however it came.
type Refusal struct {
	Code   string // Stable; clients may match it.
	Detail string // One sentence for people.

	Issues          []order.Issue // At most IssuesMax.
	CurrentVersion  int           // The order's, if IfMatch refuses it.
	CurrentStatus   order.Status  // The order's, if it rules the command out.
	AllowedCommands []string      // What it takes instead, from whoever may send that.
}

// IssuesMax bounds the number of issues in a Refusal.
const IssuesMax = 50

// The refusals that are not the domain's. Some have a more exact detail.
var (
	NotFound = Refusal{Code: "order-not-found", Detail: "there is no order with this id"}
	KeyUsed  = Refusal{
		Code:   "idempotency-key-reused",
		Detail: "this Idempotency-Key was used before with another request; nothing was changed",
	}
	VersionMismatch = Refusal{
		Code: "version-mismatch", Detail: "If-Match does not list the order's version",
	}
	// Unreadable is of an order that this program cannot read. RefusalOf does not know it: another
	// program may carry the command out.
	Unreadable = Refusal{
		Code: "order-unreadable",
		Detail: "this version of the service cannot read what is stored of the order; nothing " +
			"was changed; please try again",
	}
	Unauthenticated = Refusal{Code: "unauthenticated", Detail: access.ErrNoToken.Reason}
	ScopeMissing    = Refusal{Code: "insufficient-scope", Detail: "the token lacks a scope"}
)

// RefusalOf returns why a Handler, or access before it, refused what a caller asked for. After any
// other error the command was not refused: it failed.
func RefusalOf(err error) (r Refusal, is bool) {
	var refusal *order.Error
	var version *VersionError
	var token *ports.TokenError
	var scope *access.ScopeError
	switch {
	case errors.As(err, &version):
		return version.refusal(), true
	case errors.As(err, &token):
		return Unauthenticated.because(token.Reason), true
	case errors.As(err, &scope):
		return ScopeMissing.because(scope.Error()), true
	case errors.As(err, &refusal):
		return Refusal{
			Code: refusal.Code, Detail: refusal.Message,
			Issues:        refusal.Issues[:min(len(refusal.Issues), IssuesMax)],
			CurrentStatus: refusal.Status, AllowedCommands: refusal.Allowed,
		}, true
	case errors.Is(err, ErrKeyReused):
		return KeyUsed, true
	case errors.Is(err, ports.ErrNotFound):
		return NotFound, true
	}
	return Refusal{}, false
}

func (r Refusal) because(detail string) Refusal {
	r.Detail = detail
	return r
}

// refusal tells that IfMatch refuses the order's version, which is 0 before the order is created.
func (e *VersionError) refusal() Refusal {
	if e.Current == 0 {
		return VersionMismatch.because("If-Match matches nothing, as the order does not exist yet")
	}
	r := VersionMismatch.because(fmt.Sprintf(
		"the order is at version %d, which If-Match does not list", e.Current))
	r.CurrentVersion = e.Current
	return r
}
