package wire

import (
	"github.com/gofiber/fiber/v2"

	"orders/app/command"
)

var (
	unauthenticated = Code{
		Name: command.Unauthenticated.Code, ToAny: true, Status: fiber.StatusUnauthorized,
		Message: "❌ Who is asking?", Detail: command.Unauthenticated.Detail,
		Meaning: "The request has no token that the service accepts; `detail` says why.",
		Action:  "Get a new token from the issuer, and send it as `Authorization: Bearer …`.",
		Retry:   RetryNever,
	}
	forbidden = Code{
		Name: command.ScopeMissing.Code, ToAny: true, Status: fiber.StatusForbidden,
		Message: "❌ Not allowed", Detail: command.ScopeMissing.Detail,
		Meaning: "The token is accepted, and lacks the scope that `detail` names; or " +
			"the request names another user, which takes that scope.",
		Action: "Where `detail` says that `userId` is another user's, send your own, or none to " +
			"create an order. Else ask for a token with that scope.",
		Retry: RetryNever,
	}
)

// accessCodes are those of callers who may not do what they ask for.
var accessCodes = []Code{unauthenticated, forbidden}
