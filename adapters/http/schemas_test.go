package http_test

import (
	"os"
	"testing"

	"orders/adapters/http"
	"orders/adapters/message"
)

// Each address that a message names as its dataschema has the schema.
func TestTheSchemasOfEventsAreServed(t *testing.T) {
	s := start(t)
	for _, e := range message.EventTypes {
		a := s.ask(t, "GET", e.SchemaPath(), "")
		a.is(t, 200)
		a.header(t, "Content-Type", "application/schema+json")
		a.header(t, "Cache-Control", "max-age=3600")
		want, err := os.ReadFile("../message" + e.SchemaPath())
		if err != nil || a.text != string(want) {
			t.Errorf("%s is %s, %v", e.SchemaPath(), a.text, err)
		}
		again := s.ask(t, "GET", e.SchemaPath(), "", "If-None-Match", a.Header.Get("ETag"))
		again.is(t, 304)
		again.header(t, "Cache-Control", "max-age=3600")
		if again.text != "" {
			t.Errorf("304 has a body: %s", again.text)
		}
		s.ask(t, "GET", e.SchemaPath(), "", "If-None-Match", `"other"`).is(t, 200)
		s.ask(t, "HEAD", e.SchemaPath(), "").is(t, 200)
	}
	for _, path := range []string{
		"/schemas", "/schemas/OrderCreated", "/schemas/OrderCreated/99.json", "/schemas/Odd/1.json",
		"/schemas/OrderCreated/1", "/schemas/OrderCreated/", "/schemas/../schemas.go",
		"/schemas/..%2Fschemas/1.json", "/schemas/%2e%2e/schemas.go",
		"/schemas/OrderCreated/1.json/x", "/schemas/OrderCreated/..%2FOrderHeld%2F1.json",
		"/schemas/ordercreated/1.json",
	} {
		s.ask(t, "GET", path, "").is(t, 404)
	}
	s.ask(t, "POST", message.EventTypes[0].SchemaPath(), "").is(t, 405)
}

// Where callers need tokens, no shared cache keeps a schema, as it may be for callers alone.
func TestSchemasBehindTokens(t *testing.T) {
	path := message.EventTypes[0].SchemaPath()
	open := guardedAs(t, http.Config{}, &tokens{}).ask(t, "GET", path, "")
	open.is(t, 200)
	open.header(t, "Cache-Control", "private, max-age=3600")
	s := guardedAs(t, http.Config{PrivateDocs: true}, &tokens{})
	s.ask(t, "GET", path, "").is(t, 401)
	s.ask(t, "GET", path, "", as("ann")...).is(t, 200)
}
