package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// body is the order of every example.
const body = `{"userId":"user_123","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`

// A client talks to one service as any HTTP client would.
type client struct {
	base     string
	http     *http.Client
	document func() (*document, error) // Asked for once; every answer must be as it says.
}

func newClient(base string) client {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return client{base, c, sync.OnceValues(func() (*document, error) {
		return fetchDocument(c, base)
	})}
}

// An answer is what came back, whole.
type answer struct {
	status int
	header http.Header
	json   map[string]any
}

// send makes a request with headers given as "Name: value". An answer that is not as the
// service's document says is an error.
func (c client) send(
	ctx context.Context, method, path, body string, headers ...string,
) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: res.StatusCode, header: res.Header}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&a.json) // Not every answer is JSON.
	if a.json["code"] == "not-served-here" {
		return a, nil // Clients of one API do not ask a process that lacks the role.
	}
	d, err := c.document()
	if err != nil {
		return answer{}, err
	}
	path = strings.TrimPrefix("http://"+req.URL.Host+req.URL.EscapedPath(), c.base)
	return a, d.allows(reply{method, path, res.StatusCode, res.Header, text})
}

// must sends and wants an answer with the status.
func (c client) must(
	t *testing.T, status int, method, path, body string, headers ...string,
) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	a, err := c.send(ctx, method, path, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if a.status != status {
		t.Fatalf("%s %s: status %d, want %d: %v", method, path, a.status, status, a.json)
	}
	return a
}

func (c client) create(t *testing.T, headers ...string) answer {
	t.Helper()
	return c.must(t, http.StatusCreated, "POST", "/commands/orders", body, headers...)
}

// at walks down the JSON of the answer by field names and indexes.
func (a answer) at(path ...string) any {
	var v any = a.json
	for _, name := range path {
		if list, ok := v.([]any); ok {
			if n, err := strconv.Atoi(name); err == nil && n < len(list) {
				v = list[n]
				continue
			}
		}
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func (a answer) id() string {
	id, _ := a.at("orderId").(string)
	return id
}

// want compares the JSON at a path with what the text spells.
func (a answer) want(t *testing.T, text string, path ...string) {
	t.Helper()
	var want bytes.Buffer
	if err := json.Compact(&want, []byte(text)); err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(a.at(path...))
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is %s, want %s", strings.Join(path, "."), got, &want)
	}
}

func (a answer) wantHeader(t *testing.T, name, want string) {
	t.Helper()
	if got := a.header.Get(name); got != want {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}
