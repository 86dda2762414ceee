// Command go is a client of the order service, of Go's standard library.
//
//	go run ./docs/clients/go http://localhost:3000 life user_123
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"slices"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	args = slices.Concat(args, make([]string, 4)) // Missing ones are empty.
	what, userID, limit := args[1], args[2], args[3]
	switch c := client(args[0]); what {
	case "life":
		return c.life(ctx, userID, show)
	case "list":
		return c.list(ctx, userID, cmp.Or(limit, "50"), show)
	case "follow":
		return c.follow(ctx, userID, show)
	}
	return errors.New("usage: go run ./docs/clients/go http://localhost:3000 life|list|follow USER")
}

// An order is what this client reads of one.
type order struct {
	ID      string `json:"orderId"`
	Status  string `json:"status"`
	Version int    `json:"version"`
}

func show(o order) { fmt.Println(o.ID, o.Status, o.Version) }

// A client asks the service at this address.
type client string

// life takes a new order through its life, and shows it as queries do then.
func (c client) life(ctx context.Context, userID string, show func(order)) error {
	items := []any{map[string]any{"sku": "sku_mouse", "qty": 2}}
	priced := []any{map[string]any{"sku": "sku_mouse", "qty": 2, "price": 5.99}}
	var o order
	_, err := c.command(ctx, "", map[string]any{"userId": userID, "items": priced}, &o)
	if err != nil {
		return err
	}
	var etag string
	for _, step := range []struct {
		path string
		body any
	}{
		{"/confirm", nil},
		{"/payments/capture", map[string]any{"paymentId": "pay_1", "amount": 11.98}},
		{"/shipments", map[string]any{"shipmentId": "ship_1", "items": items}},
		{"/deliveries", map[string]any{"shipmentId": "ship_1"}},
		{"/complete", nil},
	} {
		if etag, err = c.command(ctx, "/"+o.ID+step.path, step.body, &o); err != nil {
			return err
		}
	}
	// The ETag of a command leads to its own write, wherever it is read.
	var shown struct{ Order order }
	query := url.Values{"minVersion": {etag}}.Encode()
	if _, err := c.ask(ctx, "GET", "/queries/orders/"+o.ID+"?"+query, "", nil, &shown); err != nil {
		return err
	}
	show(shown.Order)
	return nil
}

// command sends a command with a key of its own. A key names one intention: store it before you
// send it, to go on after a crash of your own.
func (c client) command(ctx context.Context, path string, body, into any) (etag string, err error) {
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return "", err
		}
	}
	return c.ask(ctx, "POST", "/commands/orders"+path, rand.Text(), text, into)
}

// list shows all orders of a user, the newest first, a page at a time.
func (c client) list(ctx context.Context, userID, limit string, show func(order)) error {
	query := url.Values{"userId": {userID}, "limit": {limit}}
	for {
		var page struct {
			Orders     []order
			NextCursor string
		}
		_, err := c.ask(ctx, "GET", "/queries/orders?"+query.Encode(), "", nil, &page)
		if err != nil {
			return err
		}
		for _, o := range page.Orders {
			show(o)
		}
		if page.NextCursor == "" {
			return nil
		}
		query.Set("cursor", page.NextCursor)
	}
}
