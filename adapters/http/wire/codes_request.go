package wire

import (
	"github.com/gofiber/fiber/v2"

	"orders/app/command"
)

var (
	orderNotFound = Code{
		Name: command.NotFound.Code, Status: fiber.StatusNotFound, Message: "❌ Order not found",
		Detail: command.NotFound.Detail,
		Meaning: "There is no order with this id, or its creation cannot be read yet. To callers " +
			"who may only see own orders, those of others are not there.",
		Action: "Check the id. After a create with `Prefer: respond-async`, send `minVersion=1` " +
			"to wait for the order.",
		Retry: RetryNever,
	}
	notServedHere = Code{
		Name: "not-served-here", ToAny: true, Status: fiber.StatusNotFound,
		Message: "❌ Not served here",
		Detail:  "this process does not serve this path",
		Meaning: "This process does not serve the path; another one does.",
		Action:  "Ask a process with the role that `detail` names: check the proxy's routes.",
		Retry:   RetryNever,
	}
	versionsDiffer = Code{
		Name: command.VersionMismatch.Code, Status: fiber.StatusPreconditionFailed,
		Message: "❌ Version mismatch", Detail: command.VersionMismatch.Detail,
		Meaning: "`If-Match` does not list the order's version, which is `currentVersion` and " +
			"the `ETag`; there is none before the order is created.",
		Action: "Read the order again, and decide again whether to send the command.",
		Retry:  RetryNever, Members: []string{"currentVersion"},
	}
	keyReused = Code{
		Name: command.KeyUsed.Code, Status: fiber.StatusUnprocessableEntity,
		Message: "❌ Idempotency-Key reused", Detail: command.KeyUsed.Detail,
		Meaning: "The `Idempotency-Key` was used before with another request. Nothing was " +
			"changed.",
		Action: "Send a new key with a new request, and the same content with a repeated one.",
		Retry:  RetryNever,
	}
)

// requestCodes are those of requests that are right in themselves.
var requestCodes = []Code{orderNotFound, notServedHere, versionsDiffer, keyReused}

var (
	outcomeUnknown = Code{
		Name: "outcome-unknown", Status: fiber.StatusServiceUnavailable,
		Message: "❌ Outcome unknown",
		Detail:  "the change may have been made; repeat it with the same Idempotency-Key",
		Meaning: "The database did not say whether it recorded the change.",
		Action: "Repeat the command with the same `Idempotency-Key`. If it had none, read the " +
			"order first.",
		Retry: RetryWithKey,
	}
	unavailable = Code{
		Name: "unavailable", Status: fiber.StatusServiceUnavailable,
		Message: "❌ Service unavailable", Detail: "nothing was changed; please try again",
		Meaning: "The database cannot be asked, the order is too busy, the request took too " +
			"long, or the service is stopping. Nothing was changed.",
		Action: "Send the request again.",
		Retry:  RetryLater,
	}
	orderUnreadable = Code{
		Name: command.Unreadable.Code, Status: fiber.StatusServiceUnavailable,
		Message: "❌ Order not readable", Detail: command.Unreadable.Detail,
		Meaning: "What is stored of the order is in a form that this process does not know: a " +
			"newer version of the service wrote it, as while one is rolled out or back, or it is " +
			"damaged. Nothing was changed.",
		Action: "Send the request again: another process may know the form. If that does not " +
			"help, report the `X-Request-ID`.",
		Retry: RetryLater,
	}
	bytesInFlight = Code{
		Name: "bytes-in-flight", ToAny: true, Status: fiber.StatusServiceUnavailable,
		Message: "❌ Too much at once",
		Detail: "this process has reached its memory limit for requests; " +
			"nothing was changed; please try again",
		Meaning: "This process has reached its memory limit for requests. Nothing was changed.",
		Action:  "Send the request again, and fewer large ones at the same time.",
		Retry:   RetryLater,
	}
)

// Unavailable answers a request for which the process has no room now.
func Unavailable(detail string) *Problem { return unavailable.Problem(detail) }

// processCodes are those of a process that cannot answer now.
var processCodes = []Code{outcomeUnknown, unavailable, orderUnreadable, bytesInFlight}
