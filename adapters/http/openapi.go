package http

import (
	nethttp "net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

const apiText = "Orders, event-sourced: commands change them, queries show them.\n\n" +
	"A command answers when its order can be read, at most a second later. " +
	"`Prefer: respond-async` answers at once, and `?minVersion=` of a query waits for what " +
	"was written: the command's `ETag` names its version. With an `Idempotency-Key` a " +
	"command may be repeated safely: the first answer comes again. `?dryRun=true` tells " +
	"what it would do, and does nothing.\n\n" +
	"Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer " +
	"has an `X-Request-ID`, which stands in the log and in the order's history."

// document is the API's description without its operations, which Huma adds.
func (s *Server) document() *huma.OpenAPI {
	var servers []*huma.Server
	if s.config.BasePath != "" {
		servers = []*huma.Server{{URL: s.config.BasePath}}
	}
	return &huma.OpenAPI{
		OpenAPI: "3.1.0", Servers: servers,
		Info: &huma.Info{Title: "Orders", Version: s.config.Version, Description: apiText},
		Tags: []*huma.Tag{
			{Name: "commands", Description: "Change orders."},
			{Name: "queries", Description: "Show orders."},
			{Name: "service", Description: "Show the service."},
		},
		Components: &huma.Components{
			Schemas:    schemas(),
			Parameters: parameters(s.config.RequireKey),
			Headers:    headers,
			Responses:  failureResponses(),
		},
	}
}

// describeBody tells of the body after Huma has registered the operation, so that Huma leaves
// its reading and its rules to us.
func describeBody[W wish](api huma.API, op huma.Operation) {
	api.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{
		Required: saysMore[W](), Content: content[W](api),
	}
}

func content[T any](api huma.API) map[string]*huma.MediaType {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	return map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema}}
}

var failureTexts = map[int]string{
	400: "The request makes no sense; `issues` names every wrong value.",
	404: "There is no such order, it has not had that version, or this process does not serve it.",
	409: "The order's state forbids it; `allowedCommands` names what it allows.",
	412: "The order is at another version than If-Match names; the ETag tells at which.",
	413: "The body has more than 1 MiB.",
	415: "The body is not application/json in UTF-8, or has a Content-Encoding.",
	422: "The Idempotency-Key came before with another request.",
	500: "The fault is the service's; it is logged under the X-Request-ID.",
	503: "The service cannot answer now. With the code `outcome-unknown` the change may have " +
		"been made: ask again with the same Idempotency-Key. With `projection-lagging` the " +
		"version that was asked for is not shown yet. `bytes-in-flight` and " +
		"`too-many-connections` mean that it has too much to do at once.",
}

// failureHeaders are those that answers with the status have besides.
var failureHeaders = map[int][]string{
	nethttp.StatusPreconditionFailed: {fiber.HeaderETag},
	nethttp.StatusServiceUnavailable: {fiber.HeaderRetryAfter},
}

// failing is an example of an answer with that status.
func failing(status int) problem {
	const path = commandRoot + "/" + wire.ExampleID + "/confirm"
	for _, known := range problems {
		if known.Status == status {
			return known.at(path)
		}
	}
	switch status {
	case nethttp.StatusBadRequest:
		return exampleProblem
	case nethttp.StatusPreconditionFailed:
		return mismatched(3).at(path)
	case nethttp.StatusConflict:
		return refused(&order.Error{
			Kind: order.Rejected, Code: order.ErrForbidden.Code,
			Message: "an order that is CONFIRMED does not allow confirm",
			Status:  order.StatusConfirmed, Allowed: []string{"cancel"},
		}).at(path)
	}
	return protocol(status).at(path)
}

func failureResponses() map[string]*huma.Response {
	all := map[string]*huma.Response{}
	for status, text := range failureTexts {
		r := wire.Answers(text, failureHeaders[status]...)
		r.Content = map[string]*huma.MediaType{problemType: {
			Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}, Example: failing(status),
		}}
		all[strconv.Itoa(status)] = r
	}
	return all
}
