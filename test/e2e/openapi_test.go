package e2e_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/service"
)

// Every answer that a client of these tests gets is held against the document. So the check
// itself must be able to fail: each of these changes to a good answer is noticed.
func TestWhatIsNotDocumentedIsNoticed(t *testing.T) {
	c := inMemory(t)
	d, err := c.document()
	if err != nil {
		t.Fatal(err)
	}
	made := c.create(t)
	body, _ := json.Marshal(made.json)
	for name, spoil := range map[string]func(*reply){
		"unchanged":  func(*reply) {},
		"status":     func(r *reply) { r.status = 418 },
		"an error's": func(r *reply) { r.status = 400 },
		"path":       func(r *reply) { r.path += "/all" },
		"method":     func(r *reply) { r.method = "PUT" },
		"media type": func(r *reply) { r.header.Set("Content-Type", "text/html") },
		"ETag":       func(r *reply) { r.header.Set("ETag", "W/1") },
		"two ETags":  func(r *reply) { r.header.Add("ETag", `"1"`) },
		"header":     func(r *reply) { r.header.Set("X-Powered-By", "love") },
		"no body":    func(r *reply) { r.body = nil },
		"no JSON":    says("}", ""),
		"no field":   says(`"status":"CREATED",`, ""),
		"field":      says(`"status"`, `"secret":1,"status"`),
		"deep below": says(`"self":"/`, `"self":1,"other":"/`),
		"type":       says(`"version":1`, `"version":"1"`),
		"enum":       says("CREATED", "MADE"),
		"pattern":    says(`"ord_`, `"order_`),
	} {
		r := reply{"POST", "/commands/orders", 201, made.header.Clone(), body}
		spoil(&r)
		if err := d.allows(r); (err == nil) != (name == "unchanged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func says(text, instead string) func(*reply) {
	return func(r *reply) {
		r.body = bytes.Replace(r.body, []byte(text), []byte(instead), 1)
	}
}

func TestExamplesAreAsDocumented(t *testing.T) {
	d, err := inMemory(t).document()
	if err != nil {
		t.Fatal(err)
	}
	schemas, _ := d.at("components", "schemas")
	for name := range schemas {
		schema, pointer := d.at("components", "schemas", name)
		examples, _ := schema["examples"].([]any)
		for _, example := range examples {
			if err := d.fits(example, pointer); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// inMemory starts a service without a database.
func inMemory(t *testing.T) client {
	t.Helper()
	var server *http.Server
	c := service.Config{WriteStore: service.Memory, ReadStore: service.Memory}
	service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
	t.Cleanup(service.RequireStop)
	return newClient("http://" + server.Addr().String())
}
