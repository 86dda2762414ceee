package http

import (
	nethttp "net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/domain/order"
)

const (
	apiText = "Orders, event-sourced: commands change them, queries show them.\n\n" +
		"A command answers when its order can be read, at most a second later. " +
		"`Prefer: respond-async` answers at once. With an `Idempotency-Key` a command may be " +
		"repeated safely: the first answer comes again.\n\n" +
		"Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer " +
		"has an `X-Request-ID`, which stands in the log and in the order's history."
	createText = "Without an Idempotency-Key every request makes another order. " +
		"Prices are exact: they may have no more decimals than the currency."
	stepText = "Repeated when it is already so, it changes nothing and succeeds. " +
		"A state that forbids it is told, with the commands that it allows (409)."
)

// document is the API's description without its operations, which Huma adds.
func (s *Server) document() *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Orders", Version: s.config.Version, Description: apiText},
		Tags: []*huma.Tag{
			{Name: "commands", Description: "Change orders."},
			{Name: "queries", Description: "Show orders."},
			{Name: "service", Description: "Show the service."},
		},
		Components: &huma.Components{
			Schemas:    huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			Parameters: parameters(s.config.RequireKey),
			Headers:    headers,
			Responses:  failureResponses(),
		},
	}
}

func parameter(name string) *huma.Param {
	return &huma.Param{Ref: "#/components/parameters/" + name}
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

// answers describes a success; Huma adds what is in it.
func answers(text string, with ...string) *huma.Response {
	r := &huma.Response{Description: text, Headers: map[string]*huma.Header{}}
	for _, name := range append(with, headerRequestID) {
		r.Headers[name] = &huma.Header{Ref: "#/components/headers/" + name}
	}
	return r
}

func failures(statuses ...int) map[string]*huma.Response {
	all := map[string]*huma.Response{}
	for _, status := range statuses {
		name := strconv.Itoa(status)
		all[name] = &huma.Response{Ref: "#/components/responses/" + name}
	}
	return all
}

var failureTexts = map[int]string{
	400: "The request makes no sense; `issues` names every wrong value.",
	404: "There is no such order.",
	409: "The order's state forbids it; `allowedCommands` names what it allows.",
	413: "The body has more than 1 MiB.",
	415: "The body is not application/json in UTF-8, or has a Content-Encoding.",
	422: "The Idempotency-Key came before with another request.",
	500: "The fault is the service's; it is logged under the X-Request-ID.",
	503: "The service cannot answer now. With the code `outcome-unknown` the change may have " +
		"been made: ask again with the same Idempotency-Key.",
}

// failing is an example of an answer with that status.
func failing(status int) problem {
	const path = commandRoot + "/" + exampleID + "/confirm"
	for _, known := range problems {
		if known.Status == status {
			return known.at(path)
		}
	}
	switch status {
	case nethttp.StatusBadRequest:
		return exampleProblem
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
		r := answers(text)
		if status == nethttp.StatusServiceUnavailable {
			r = answers(text, fiber.HeaderRetryAfter)
		}
		r.Content = map[string]*huma.MediaType{problemType: {
			Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}, Example: failing(status),
		}}
		all[strconv.Itoa(status)] = r
	}
	return all
}
