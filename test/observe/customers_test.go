package observe_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// customers order, look, and err, until the test ends.
type customers struct {
	base string
	http http.Client
}

const (
	customersAtOnce = 4
	order           = `{"userId":"user_1","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`
)

// come lets customers use a program, each for a part of the time.
func come(t *testing.T, p program) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var here sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		here.Wait()
	})
	c := customers{base: "http://" + p.Address(), http: http.Client{Timeout: 20 * time.Second}}
	for n := range customersAtOnce {
		here.Go(func() {
			for round := 0; ctx.Err() == nil; round++ {
				c.visit(ctx, fmt.Sprintf("%d-%d", n, round))
			}
		})
	}
	here.Go(func() {
		for ctx.Err() == nil {
			c.listen(ctx)
		}
	})
}

// visit sends a command of every outcome, and every kind of query.
func (c *customers) visit(ctx context.Context, name string) {
	key := "Idempotency-Key: " + name
	id := c.create(ctx, key)
	if id == "" {
		return
	}
	c.create(ctx, key) // Replayed.
	c.send(ctx, http.MethodPost, "/commands/orders?dryRun=true", order)
	c.send(ctx, http.MethodPost, "/commands/orders", `{"userId":""}`)
	c.send(ctx, http.MethodPost, "/commands/orders/"+id+"/complete", `{}`) // Refused.
	c.send(ctx, http.MethodPost, "/commands/orders/"+id+"/cancel", `{"reason":"customer"}`)
	c.send(ctx, http.MethodPost, "/commands/orders/"+id+"/cancel", `{"reason":"customer"}`)
	for _, path := range []string{
		"orders/" + id, "orders/" + id + "/history", "orders?limit=5", "users/user_1/summary",
	} {
		c.send(ctx, http.MethodGet, "/queries/"+path, "")
	}
	select {
	case <-ctx.Done():
	case <-time.After(50 * time.Millisecond):
	}
}

// create makes an order and returns its id, or nothing if the service does not make it.
func (c *customers) create(ctx context.Context, header ...string) string {
	answer := c.send(ctx, http.MethodPost, "/commands/orders", order, header...)
	_, after, _ := strings.Cut(answer, `"orderId":"`)
	id, _, _ := strings.Cut(after, `"`)
	return id
}

// send sends a request and returns what is answered, or nothing.
func (c *customers) send(ctx context.Context, method, path, body string, header ...string) string {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return ""
	}
	r.Header.Set("Content-Type", "application/json")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body) // What breaks off is no answer.
	return string(text)
}

// listen follows the orders as they change, until the stream ends.
func (c *customers) listen(ctx context.Context) {
	const stream = "/queries/orders/stream"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+stream, http.NoBody)
	if err != nil {
		return
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		time.Sleep(100 * time.Millisecond) // It may be away.
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
}
