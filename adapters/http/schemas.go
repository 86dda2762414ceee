package http

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/message"
)

// schemaAge is how long caches may keep the schema of an event: it never changes but for what
// breaks nobody.
const schemaAge = "max-age=3600"

// showSchema answers with a version of the schema of a type of event.
func showSchema(c *fiber.Ctx) error {
	text, found := message.SchemaAt(message.SchemaRoot + c.Params("*"))
	if !found {
		return fiber.ErrNotFound
	}
	return sendCached(c, "application/schema+json", schemaAge, text)
}

// sendCached answers with a text that caches may keep for an age, and ask for again by its ETag.
func sendCached(c *fiber.Ctx, contentType, age string, text []byte) error {
	if private := c.GetRespHeader(fiber.HeaderCacheControl); private != "" {
		age = private + ", " + age
	}
	sum := sha256.Sum256(text)
	c.Set(fiber.HeaderCacheControl, age)
	c.Set(fiber.HeaderETag, `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
	if c.Fresh() {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(text)
}
