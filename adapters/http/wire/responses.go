package wire

import (
	nethttp "net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/domain/order"
)

var failureTexts = map[int]string{
	400: "The request is invalid; `issues` lists every invalid value.",
	404: "There is no such order or version, or this process does not serve it.",
	409: "The order's state does not allow the command; `allowedCommands` lists those it allows.",
	412: "If-Match does not list the order's version, which is in the ETag.",
	413: "The body is larger than 1 MiB.",
	415: "The body is not application/json in UTF-8, or has a Content-Encoding.",
	422: "The Idempotency-Key was used before with a different request.",
	500: "An internal error, which is logged with the X-Request-ID.",
	503: "The service cannot answer now. With the code `outcome-unknown` the change may have " +
		"been made: repeat the command with the same Idempotency-Key. With `projection-lagging` " +
		"the requested version is not shown yet. `bytes-in-flight` and `too-many-connections` " +
		"mean that the process is overloaded.",
}

// failureHeaders are the additional headers of answers with a status.
var failureHeaders = map[int][]string{
	nethttp.StatusPreconditionFailed: {fiber.HeaderETag},
	nethttp.StatusServiceUnavailable: {fiber.HeaderRetryAfter},
}

// exampleFor returns an example of an answer with that status.
func exampleFor(status int) Problem {
	const path = CommandRoot + "/" + ExampleID + "/confirm"
	for _, k := range known {
		if k.code.Status == status {
			return k.code.Problem("").At(path)
		}
	}
	switch status {
	case nethttp.StatusBadRequest:
		return exampleProblem
	case nethttp.StatusPreconditionFailed:
		return versionMismatch(3).At(path)
	case nethttp.StatusConflict:
		return domainProblem(&order.Error{
			Kind: order.Rejected, Code: order.ErrNotAllowed.Code,
			Message: "an order that is CONFIRMED does not allow confirm",
			Status:  order.StatusConfirmed, Allowed: []string{"cancel"},
		}).At(path)
	}
	return Protocol(status).At(path)
}

func ProblemResponses() map[string]*huma.Response {
	all := map[string]*huma.Response{}
	for status, text := range failureTexts {
		r := Response(text, failureHeaders[status]...)
		r.Content = map[string]*huma.MediaType{ProblemType: {
			Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}, Example: exampleFor(status),
		}}
		all[strconv.Itoa(status)] = r
	}
	return all
}

// Content describes a body or an answer that is a T.
func Content[T any](api huma.API) map[string]*huma.MediaType {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	return map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema}}
}
