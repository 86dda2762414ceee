package http

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

const docsRoot = "/docs"

// sameOrigin keeps a browser from asking any other host for anything.
const sameOrigin = "default-src 'self'; img-src 'self' data:; " +
	"script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"

// addPages serves the API's description, and Swagger UI out of the program itself.
func (s *Server) addPages(api huma.API) {
	json := sync.OnceValues(api.OpenAPI().MarshalJSON)
	yaml := sync.OnceValues(api.OpenAPI().YAML)
	read := []string{fiber.MethodGet, fiber.MethodHead}
	s.addAt(read, "/openapi.json", "document", page("application/json", json))
	s.addAt(read, "/openapi.yaml", "document", page("application/yaml", yaml))
	// The page loads its assets by relative paths, so that it works behind any prefix. These differ
	// for /docs and /docs/.
	ui, slashed := docsAt("docs"), docsAt(".")
	docs := func(c *fiber.Ctx) error {
		serve := ui
		if strings.HasSuffix(c.Path(), "/") {
			serve = slashed
		}
		if err := serve(c); err != nil || c.Response().StatusCode() == fiber.StatusNotFound {
			return cmp.Or(err, error(fiber.ErrNotFound))
		}
		c.Set(fiber.HeaderContentSecurityPolicy, sameOrigin)
		return nil
	}
	s.addAt(read, docsRoot, "docs", docs)
	s.addAt(read, docsRoot+"/*", "docs", docs)
	s.addAt(read, "/", "docs", s.basePath.redirectToDocs)
}

// tryout changes how Swagger UI asks.
//
//go:embed tryout.js
var tryout string

// withoutLinks hides a column that would be empty and wider than a phone.
const withoutLinks = "<style>.swagger-ui .response-col_links { display: none }</style>"

// docsAt returns the documentation, whose page finds its assets at a relative path.
func docsAt(assets string) fiber.Handler {
	return adaptor.HTTPHandler(v5emb.NewHandlerWithConfig(swgui.Config{
		Title: "Orders", SwaggerJSON: "../openapi.json",
		BasePath: assets, InternalBasePath: docsRoot,
		AppendHead: withoutLinks,
		SettingsUI: map[string]string{"requestInterceptor": tryout},
	}))
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
