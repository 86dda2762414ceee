package wire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"orders/app/access"
	"orders/ports"
)

// challenge is what WWW-Authenticate says to a request without a token (RFC 6750).
const challenge = `Bearer realm="orders"`

// challengeTo is what WWW-Authenticate says to a caller who was refused because of err; empty if
// another token would change nothing.
func challengeTo(err error, detail string) string {
	var token *ports.TokenError
	var scope *access.ScopeError
	switch {
	case errors.As(err, &token) && token != access.ErrNoToken:
		return because("invalid_token", detail)
	case token != nil:
		return challenge
	case errors.As(err, &scope):
		return fmt.Sprintf(`%s, scope=%q`, because("insufficient_scope", detail), scope.Scope)
	}
	return ""
}

// AmbiguousToken answers a request that brings more than one token, or brings it to more than one
// place.
func AmbiguousToken(detail string) *Problem {
	p := Protocol(fiber.StatusBadRequest)
	p.Detail, p.challenge = detail, because("invalid_request", detail)
	return &p
}

func because(code, description string) string {
	return fmt.Sprintf(`%s, error="%s", error_description="%s"`, challenge, code,
		strings.Map(quotable, description))
}

// quotable replaces a character that no error_description may have.
func quotable(r rune) rune {
	if r < ' ' || r > '~' || r == '"' || r == '\\' {
		return '\''
	}
	return r
}

// AddRefusal describes that the operation refuses callers with this status, 401 or 403.
func AddRefusal(op *huma.Operation, status int) {
	key := strconv.Itoa(status)
	if op.Responses[key] != nil {
		return
	}
	op.Responses[key] = Problems(status)[key]
	for _, c := range accessCodes {
		if c.Status == status {
			value, _ := json.Marshal(c.Problem("").At(op.Path)) // A problem always has a text.
			addExamples(op.Responses[key], map[string]jsontext.Value{c.Name: value})
		}
	}
}
