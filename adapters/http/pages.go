package http

import (
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/asyncapi"
	"orders/adapters/http/profile"
	"orders/adapters/message"
)

const (
	docsRoot  = "/docs"
	asyncPath = "/asyncapi.json"
)

// addPages serves the descriptions of the API and of messages, and Swagger UI out of the program
// itself.
func (s *Server) addPages(api huma.API) {
	json := sync.OnceValues(api.OpenAPI().MarshalJSON)
	yaml := sync.OnceValues(api.OpenAPI().YAML)
	async := sync.OnceValues(func() ([]byte, error) { return asyncapi.Document(s.config.Version) })
	read := []string{fiber.MethodGet, fiber.MethodHead}
	s.addAt(read, "/openapi.json", "document", page("application/json", json))
	s.addAt(read, "/openapi.yaml", "document", page("application/yaml", yaml))
	s.addAt(read, asyncPath, "document", page("application/json", async))
	s.addAt(read, message.SchemaRoot+"*", "document", showSchema)
	s.addAt(read, docsRoot, "docs", showDocs)
	s.addAt(read, docsRoot+"/*", "docs", showAsset)
	s.addAt(read, "/", "docs", s.basePath.redirectToDocs)
}

// addProfiles serves profiles of the process, if there is an admin port.
func (s *Server) addProfiles() {
	if s.config.AdminAddress == "" {
		return
	}
	read := []string{fiber.MethodGet}
	s.addAt(read, profile.Root, profiles, profile.List)
	s.addAt(read, profile.Root+"/*", profiles, profile.Take)
}

// redirectToDocs redirects to the documentation: below the base path, or, without one, relative to
// the root, wherever a proxy has put that.
func (b basePath) redirectToDocs(c *fiber.Ctx) error {
	if b != "" {
		return c.Redirect(string(b) + docsRoot)
	}
	return c.Redirect(strings.TrimPrefix(docsRoot, "/"))
}

func page(contentType string, text func() ([]byte, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		b, err := text()
		c.Set(fiber.HeaderContentType, contentType)
		if err != nil {
			return err
		}
		return c.Send(b)
	}
}
