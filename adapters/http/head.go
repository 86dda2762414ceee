package http

import "github.com/gofiber/fiber/v2"

// withHead answers HEAD wherever it answers GET; fasthttp leaves the body out.
type withHead struct{ *fiber.App }

// Add implements fiber.Router.
func (w withHead) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	if method == fiber.MethodGet {
		w.App.Add(fiber.MethodHead, path, handlers...)
	}
	return w.App.Add(method, path, handlers...)
}
