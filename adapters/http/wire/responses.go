package wire

import (
	nethttp "net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

var failureTexts = map[int]string{
	401: "The request has no token that the service accepts.",
	403: "The token lacks a scope.",
	400: "The request is invalid; `issues` lists every invalid value.",
	404: "There is no order with this id.",
	409: "The order does not take the command. If its state is the reason, `allowedCommands` " +
		"lists the commands that it takes instead.",
	412: "If-Match does not list the order's version, which is in the ETag.",
	413: "The body is larger than 1 MiB.",
	415: "The body is not application/json in UTF-8, or has a Content-Encoding.",
	422: "The Idempotency-Key was used before with a different request.",
	429: "The caller asks more often than it may. Nothing was changed.",
	500: "An internal error, which is logged with the X-Request-ID.",
	503: "The service cannot answer now.",
}

// UnlessUnknown is added where a 503 may leave open whether something was changed.
const UnlessUnknown = " Unless the code is `outcome-unknown`, nothing was changed."

// failureHeaders are the additional headers of answers with a status.
var failureHeaders = map[int][]string{
	nethttp.StatusUnauthorized:       {fiber.HeaderWWWAuthenticate},
	nethttp.StatusForbidden:          {fiber.HeaderWWWAuthenticate},
	nethttp.StatusPreconditionFailed: {fiber.HeaderETag},
	nethttp.StatusTooManyRequests:    {fiber.HeaderRetryAfter},
	nethttp.StatusServiceUnavailable: {fiber.HeaderRetryAfter},
}

// Problems describes answers with a problem. AddExamples says which codes they may have.
func Problems(statuses ...int) map[string]*huma.Response {
	all := map[string]*huma.Response{}
	for _, status := range statuses {
		r := Response(failureTexts[status], failureHeaders[status]...)
		r.Content = map[string]*huma.MediaType{
			ProblemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
		}
		all[strconv.Itoa(status)] = r
	}
	return all
}

// Content describes a body or an answer that is a T.
func Content[T any](api huma.API) map[string]*huma.MediaType {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	return map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema}}
}
