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
	d.eachExample(func(where []string, value any, pointer string) {
		if err := d.fits(value, pointer); err != nil {
			t.Errorf("%q: %v", where, err)
		}
	})
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

// eachExample calls do with each example of an answer and the JSON pointer of its schema.
func (d *document) eachExample(do func(where []string, value any, pointer string)) {
	paths, _ := d.at("paths")
	for path := range paths {
		item, _ := d.at("paths", path)
		for method := range item {
			responses, _ := d.at("paths", path, method, "responses")
			for status := range responses {
				at := []string{"paths", path, method, "responses", status, "content"}
				content, _ := d.at(at...)
				for media := range content {
					examples, _ := d.at(append(at, media, "examples")...)
					_, pointer := d.at(append(at, media)...)
					for name, each := range examples {
						value := each.(map[string]any)["value"]
						do(append(at, media, name), value, pointer+"/schema")
					}
				}
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
