package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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

// patience is how long a test waits for what comes by itself, also on a busy machine.
const patience = 2 * time.Minute

// A client talks to one service as any HTTP client would.
type client struct {
	base     string
	http     *http.Client
	document func() (*document, error) // Every answer must be as it says.
}

func newClient(base string) client {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return client{base, c, kept(func() (*document, error) { return fetchDocument(c, base) })}
}

// kept fetches a document until that succeeds, and then no more. A service that is just being
// killed may answer a request, and not the one for its document.
func kept(fetch func() (*document, error)) func() (*document, error) {
	var mu sync.Mutex
	var d *document
	return func() (_ *document, err error) {
		mu.Lock()
		defer mu.Unlock()
		if d == nil {
			d, err = fetch()
		}
		return d, err
	}
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

// must sends and wants an answer with the status. What queries do not show yet, it asks for again,
// as they say.
func (c client) must(
	t *testing.T, status int, method, path, body string, headers ...string,
) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	a, err := c.send(ctx, method, path, body, headers...)
	for err == nil && a.status != status && a.lags() {
		a, err = c.send(ctx, method, path, body, headers...)
	}
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

// shows waits until queries show what a command answered, and returns the order. A command's own
// answer waits for that no longer than a second.
func (c client) shows(t *testing.T, done answer) answer {
	t.Helper()
	return c.must(t, http.StatusOK, "GET",
		fmt.Sprintf("/queries/orders/%s?minVersion=%v", done.id(), done.at("version")), "")
}

// shown waits until queries show what a command answered, and returns the order's id.
func (c client) shown(t *testing.T, done answer) string {
	t.Helper()
	c.shows(t, done)
	return done.id()
}

// lags reports whether queries do not show yet what was asked for.
func (a answer) lags() bool {
	return a.status == http.StatusServiceUnavailable && a.json["code"] == "projection-lagging"
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
