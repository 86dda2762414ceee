package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// pages are for people and tools; the document leaves them out.
var pages = []string{"/", "/docs", "/openapi.json", "/openapi.yaml", "/asyncapi.json"}

// plainHeaders are HTTP's own; every answer may have them.
var plainHeaders = []string{
	"Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "Server", "Vary",
	"Strict-Transport-Security", "X-Content-Type-Options",
}

// A document is a service's OpenAPI document. What it does not tell of an answer must not be
// there, although a client has to bear it.
type document struct {
	root     map[string]any
	mu       sync.Mutex
	compiler *jsonschema.Compiler // Guarded by mu, and it keeps what it has compiled.
}

// documents has each document that was read, by its text: nearly all services have the same.
var documents sync.Map

func readDocument(text []byte) (*document, error) {
	if d, ok := documents.Load(string(text)); ok {
		return d.(*document), nil
	}
	d := &document{compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(text, &d.root); err != nil {
		return nil, err
	}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	closed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	closeObjects(closed)
	if err := d.compiler.AddResource("openapi.json", closed); err != nil {
		return nil, err
	}
	documents.Store(string(text), d)
	return d, nil
}

// closeObjects closes each schema of an object to what it does not describe.
func closeObjects(node any) {
	switch node := node.(type) {
	case []any:
		for _, each := range node {
			closeObjects(each)
		}
	case map[string]any:
		for _, each := range node {
			closeObjects(each)
		}
		if _, has := node["properties"].(map[string]any); has && node["type"] == "object" {
			node["additionalProperties"] = false
		}
	}
}

// at goes down from the root by names, following every $ref, and returns what is there, if there
// is anything, and its JSON pointer.
func (d *document) at(names ...string) (node map[string]any, pointer string) {
	node, pointer = d.root, "#"
	for _, name := range names {
		node, _ = node[name].(map[string]any)
		pointer += "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
		if ref, ok := node["$ref"].(string); ok {
			node, pointer = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
	}
	return node, pointer
}

// fits tells where a value breaks the schema at a pointer.
func (d *document) fits(value any, pointer string) error {
	d.mu.Lock()
	schema, err := d.compiler.Compile("openapi.json" + pointer)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

var parameter = regexp.MustCompile(`\{[^/]*\}`)

// operation returns the names that lead to the operation that a request asks for.
func (d *document) operation(method, requested string) ([]string, error) {
	var found string
	all, _ := d.at("paths")
	for template := range all {
		matches, _ := path.Match(parameter.ReplaceAllString(template, "*"), requested)
		// Of two that match, the one with fewer parameters is meant.
		if matches && (found == "" || strings.Count(template, "{") < strings.Count(found, "{")) {
			found = template
		}
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	names := []string{"paths", found, strings.ToLower(method)}
	if operation, _ := d.at(names...); operation == nil {
		return nil, fmt.Errorf("%s %s is not documented", method, requested)
	}
	return names, nil
}

// A reply is an answer to a request.
type reply struct {
	method, path string
	status       int
	header       http.Header
	body         []byte
}

// allows tells what of a reply the document does not: its operation, status, content type,
// headers, or anything in its body.
func (d *document) allows(r reply) error {
	if slices.Contains(pages, r.path) || strings.HasPrefix(r.path, "/schemas/") {
		return nil
	}
	names, err := d.operation(r.method, r.path)
	if err != nil {
		return err
	}
	names = append(names, "responses", strconv.Itoa(r.status))
	if response, _ := d.at(names...); response == nil {
		return fmt.Errorf("%q are not documented", names)
	}
	err = d.allowsHeaders(r.header, names)
	if r.method != http.MethodHead {
		err = errors.Join(err, d.allowsBody(r.header.Get("Content-Type"), r.body, names))
	}
	if err != nil {
		return fmt.Errorf("%q: %w, in %.500s", names, err, r.body)
	}
	return nil
}

func (d *document) allowsHeaders(header http.Header, response []string) error {
	var errs []error
	known := slices.Clone(plainHeaders)
	documented, _ := d.at(append(response, "headers")...)
	for name := range documented {
		known = append(known, http.CanonicalHeaderKey(name))
		meaning, pointer := d.at(append(response, "headers", name)...)
		if values := header.Values(name); len(values) == 1 {
			errs = append(errs, d.fits(headerValue(values[0], meaning), pointer+"/schema"))
		} else if meaning["required"] == true || len(values) > 1 {
			errs = append(errs, fmt.Errorf("there are %d headers %s", len(values), name))
		}
	}
	for name := range header {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("header %s is not documented", name))
		}
	}
	return errors.Join(errs...)
}

// headerValue reads a header as its schema means it.
func headerValue(text string, meaning map[string]any) any {
	schema, _ := meaning["schema"].(map[string]any)
	if schema["type"] != "string" {
		if v, err := jsonschema.UnmarshalJSON(strings.NewReader(text)); err == nil {
			return v
		}
	}
	return text
}

func (d *document) allowsBody(contentType string, body []byte, response []string) error {
	if content, _ := d.at(append(response, "content")...); content == nil && len(body) == 0 {
		return nil
	}
	media, _, _ := mime.ParseMediaType(contentType)
	described, pointer := d.at(append(response, "content", media)...)
	if described == nil {
		return fmt.Errorf("content type %q is not documented", contentType)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return d.fits(value, pointer+"/schema")
}

// fetchDocument asks a service for its document.
func fetchDocument(c *http.Client, base string) (*document, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/openapi.json", nil)
	if err != nil {
		return nil, err
	}
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	return readDocument(text)
}
