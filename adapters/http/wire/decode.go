package wire

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/message"
	"orders/ports/budget"
)

// Decode reads the request's body into v, a pointer to a struct. Without a body it leaves v alone,
// or fails if a body is required.
func Decode(c *fiber.Ctx, required bool, v any) error {
	if len(c.Request().Header.ContentEncoding()) > 0 {
		return fiber.NewError(fiber.StatusUnsupportedMediaType) // It could unpack to much more.
	}
	body := bytes.TrimLeft(c.Request().Body(), " \t\r\n")
	contentType := c.Request().Header.ContentType()
	if len(body) == 0 && !required {
		return nil
	}
	if len(contentType) > 0 && !isJSON(contentType) {
		return fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	if len(body) > 0 && len(contentType) == 0 && required {
		return fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	if err := budget.TakeAnswer(c.UserContext(), len(body)); err != nil {
		return err // The content is held in several forms until it is recorded.
	}
	return message.Decode(body, v)
}
