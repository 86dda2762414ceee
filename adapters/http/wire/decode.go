package wire

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"orders/ports/budget"
)

// Body returns the request's body, to be decoded. It is empty if there is none, whether or not one
// is required.
func Body(c *fiber.Ctx, required bool) ([]byte, error) {
	if len(c.Request().Header.ContentEncoding()) > 0 {
		// It could unpack to much more.
		return nil, fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	body := bytes.TrimLeft(c.Request().Body(), " \t\r\n")
	contentType := c.Request().Header.ContentType()
	if len(body) == 0 && !required {
		return nil, nil
	}
	if len(contentType) > 0 && !isJSON(contentType) {
		return nil, fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	if len(body) > 0 && len(contentType) == 0 && required {
		return nil, fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	// The content is held in several forms until it is recorded.
	return body, budget.TakeAnswer(c.UserContext(), len(body))
}
