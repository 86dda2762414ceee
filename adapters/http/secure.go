package http

import (
	"fmt"
	nethttp "net/http"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// bearerScheme is the name of the tokens in the API's document.
const bearerScheme = "bearer"

const tokensText = "\n\nAn operation that has `security` takes an access token of the service's " +
	"OpenID provider, as `Authorization: Bearer …` (RFC 6750). The scopes add up: `orders:read` " +
	"sees own orders, `orders:write` also creates, changes, confirms and cancels them, " +
	"`orders:manage` does everything with every order, and `orders:admin` operates the service. " +
	"An order is its caller's own if its `userId` is whom the token names; any other is answered " +
	"as one that does not exist."

// secure documents which token each operation needs, if any does in this process.
func (s *Server) secure(api *huma.OpenAPI) {
	if s.gate.authenticator == nil {
		return
	}
	api.Info.Description += tokensText
	api.Components.SecuritySchemes = map[string]*huma.SecurityScheme{bearerScheme: {
		Type: "http", Scheme: "bearer", BearerFormat: "JWT",
		Description: "An access token of the service's OpenID provider.",
	}}
	api.Components.Headers["WWW-Authenticate"] = &huma.Header{
		Description: "What the request lacks (RFC 6750).", Schema: wire.Text(),
		Example: `Bearer realm="orders"`,
	}
	for _, path := range api.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post} {
			if op != nil && access.HasRule(op.OperationID) {
				secureOperation(op, access.Needs(op.OperationID))
			}
		}
	}
}

func secureOperation(op *huma.Operation, needs access.Scope) {
	if needs == access.Nothing {
		return // As the whole document says.
	}
	scopes := []string{}
	if needs != access.AnyToken {
		scopes = append(scopes, string(needs))
	}
	op.Security = []map[string][]string{{bearerScheme: scopes}}
	if op.Description != "" {
		op.Description += "\n\n"
	}
	op.Description += fmt.Sprintf("Needs a token with the scope `%s`.", needs)
	for _, status := range []int{nethttp.StatusUnauthorized, nethttp.StatusForbidden} {
		wire.AddRefusal(op, status)
	}
}
