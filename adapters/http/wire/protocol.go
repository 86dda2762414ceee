package wire

import "github.com/gofiber/fiber/v2"

// Protocol returns the problem of a status, for a request that failed before or outside the
// handlers.
func Protocol(status int) Problem {
	for _, c := range protocolCodes {
		if c.Status == status {
			return *c.Problem("")
		}
	}
	return Protocol(fiber.StatusBadRequest)
}

// protocolCodes are those of requests that no handler gets, or that fail unexpectedly. Each has a
// status of its own.
var protocolCodes = []Code{
	{
		Name: "bad-request", ToAny: true, Status: fiber.StatusBadRequest, Message: "❌ Bad request",
		Detail: "the request could not be understood",
		Meaning: "The request is not valid HTTP (RFC 9112), it is unclear where it ends, or a " +
			"header that must be given once is missing or comes twice.",
		Action: "Correct the client or the proxy that made it.", Retry: RetryNever,
	},
	{
		Name: "route-not-found", Status: fiber.StatusNotFound, Message: "❌ Not found",
		Detail: "there is nothing at this path", Meaning: "There is nothing at this path.",
		Action: "Compare the path with `/openapi.json`.", Retry: RetryNever,
	},
	{
		Name: "method-not-allowed", Status: fiber.StatusMethodNotAllowed,
		Message: "❌ Method not allowed",
		Detail:  "the Allow header lists the methods of this path",
		Meaning: "This path does not support this method.",
		Action:  "Send one of the methods in the `Allow` header.", Retry: RetryNever,
	},
	{
		Name: "request-timeout", ToAny: true, Status: fiber.StatusRequestTimeout,
		Message: "❌ Request timeout", Detail: "the request did not arrive in time",
		Meaning: "The request did not arrive in time. Nothing was changed.",
		Action:  "Send it again, over a faster connection.", Retry: RetryLater,
	},
	{
		Name: "body-too-large", ToAny: true, Status: fiber.StatusRequestEntityTooLarge,
		Message: "❌ Body too large", Detail: "a body may be at most 1 MiB",
		Meaning: "The body is larger than 1 MiB.",
		Action:  "Send a smaller body.", Retry: RetryNever,
	},
	{
		Name: "unsupported-media-type", Status: fiber.StatusUnsupportedMediaType,
		Message: "❌ Unsupported media type",
		Detail:  "a body must be application/json in UTF-8, without Content-Encoding",
		Meaning: "`Content-Type` is not `application/json` in UTF-8, or the body is compressed.",
		Action:  "Send `Content-Type: application/json`, and no `Content-Encoding`.",
		Retry:   RetryNever,
	},
	{
		Name: "expectation-failed", ToAny: true, Status: fiber.StatusExpectationFailed,
		Message: "❌ Expectation failed", Detail: "Expect must be 100-continue",
		Meaning: "The `Expect` header asks for something unknown.",
		Action:  "Send `Expect: 100-continue` or no such header.", Retry: RetryNever,
	},
	{
		Name: "headers-too-large", ToAny: true, Status: fiber.StatusRequestHeaderFieldsTooLarge,
		Message: "❌ Headers too large",
		Detail:  "the request line and headers may be at most 8 KiB",
		Meaning: "The request line and the headers have more than 8 KiB in all.",
		Action:  "Send fewer or shorter headers.", Retry: RetryNever,
	},
	{
		Name: "internal", ToAny: true, Status: fiber.StatusInternalServerError,
		Message: "❌ Something went wrong",
		Detail:  "an internal error; it was logged with the X-Request-ID",
		Meaning: "Something unexpected happened. It was logged with the `X-Request-ID`.",
		Action: "Report the `X-Request-ID`. A command may have been carried out: repeat it " +
			"with the same `Idempotency-Key`.",
		Retry: RetryWithKey,
	},
	{
		Name: "http-version-not-supported", ToAny: true,
		Status:  fiber.StatusHTTPVersionNotSupported,
		Message: "❌ HTTP version not supported",
		Detail:  "only HTTP/1.1 and HTTP/1.0 are supported",
		Meaning: "The request is not HTTP/1.0 or HTTP/1.1.",
		Action:  "Send HTTP/1.1.", Retry: RetryNever,
	},
}
