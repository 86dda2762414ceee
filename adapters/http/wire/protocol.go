package wire

import "github.com/gofiber/fiber/v2"

// Protocol returns the problem of a status, for a request that failed before or outside the
// handlers.
func Protocol(status int) Problem {
	p, known := protocolProblems[status]
	if !known {
		status = fiber.StatusBadRequest
		p = protocolProblems[status]
	}
	p.Status = status
	return p
}

var protocolProblems = map[int]Problem{
	fiber.StatusBadRequest: {
		Code: "bad-request", Message: "❌ Bad request",
		Detail: "the request could not be understood",
	},
	fiber.StatusInternalServerError: {
		Code: "internal", Message: "❌ Something went wrong",
		Detail: "an internal error; it was logged with the X-Request-ID",
	},
	fiber.StatusNotFound: {
		Code: "route-not-found", Message: "❌ Not found", Detail: "there is nothing at this path",
	},
	fiber.StatusMethodNotAllowed: {
		Code: "method-not-allowed", Message: "❌ Method not allowed",
		Detail: "the Allow header lists the methods of this path",
	},
	fiber.StatusRequestTimeout: {
		Code: "request-timeout", Message: "❌ Request timeout",
		Detail: "the request did not arrive in time",
	},
	fiber.StatusRequestEntityTooLarge: {
		Code: "body-too-large", Message: "❌ Body too large",
		Detail: "a body may be at most 1 MiB",
	},
	fiber.StatusUnsupportedMediaType: {
		Code: "unsupported-media-type", Message: "❌ Unsupported media type",
		Detail: "a body must be application/json in UTF-8, without Content-Encoding",
	},
	fiber.StatusExpectationFailed: {
		Code: "expectation-failed", Message: "❌ Expectation failed",
		Detail: "Expect must be 100-continue",
	},
	fiber.StatusHTTPVersionNotSupported: {
		Code: "http-version-not-supported", Message: "❌ HTTP version not supported",
		Detail: "only HTTP/1.1 and HTTP/1.0 are supported",
	},
	fiber.StatusRequestHeaderFieldsTooLarge: {
		Code: "headers-too-large", Message: "❌ Headers too large",
		Detail: "the request line and headers may be at most 8 KiB",
	},
}
