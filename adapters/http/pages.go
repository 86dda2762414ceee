package http

import (
	"cmp"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
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
	s.app.Get("/openapi.json", page("application/json", json))
	s.app.Get("/openapi.yaml", page("application/yaml", yaml))
	ui := adaptor.HTTPHandler(v5emb.New("Orders", "/openapi.json", docsRoot))
	docs := func(c *fiber.Ctx) error {
		if err := ui(c); err != nil || c.Response().StatusCode() == fiber.StatusNotFound {
			return cmp.Or(err, error(fiber.ErrNotFound))
		}
		c.Set(fiber.HeaderContentSecurityPolicy, sameOrigin)
		return nil
	}
	s.app.Get(docsRoot, docs)
	s.app.Get(docsRoot+"/*", docs)
	s.app.Get("/", func(c *fiber.Ctx) error { return c.Redirect(docsRoot) })
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
