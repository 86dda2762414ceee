package e2e_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/app/access"
	"orders/service"
	"orders/test/issuer"
)

const nobodysOrder = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"

// whole starts a service with all its modules, in memory, that asks for tokens of i. It returns the
// paths of all queries of orders, with their parameters, by the table.
func whole(t *testing.T, i *issuer.Issuer) (c client, paths []string) {
	t.Helper()
	var server *http.Server
	running := fxtest.New(t, service.Module(service.Config{
		Auth: "jwt", Issuer: i.URL, Audience: issuer.Audience,
		WriteStore: service.Memory, ReadStore: service.Memory,
	}, "test", slog.New(slog.DiscardHandler)), fx.Populate(&server)).RequireStart()
	t.Cleanup(running.RequireStop)
	c = newClient("http://" + server.Addr().String())
	t.Cleanup(c.http.CloseIdleConnections)
	for _, rule := range server.Rules() {
		for _, route := range rule.Routes {
			method, path, _ := strings.Cut(route, " ")
			if rule.Needs == string(access.Read) && method == "GET" {
				paths = append(paths, path)
			}
		}
	}
	return c, paths
}

// overheard is what a bearer is told, by a stream within half a second, with names of the order and
// its user replaced. It says nothing that differs from one request to the next.
func (c client) overheard(t *testing.T, path, order, user, token string) string {
	t.Helper()
	path = strings.NewReplacer("{orderId}", order, "{userId}", user).Replace(path)
	if strings.Contains(path, "{") {
		t.Fatalf("%s: this test does not know what to put into it", path)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := nethttp.NewRequestWithContext(ctx, "GET", c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	a, err := c.http.Do(r)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer a.Body.Close()
	isStream := a.Header.Get("Content-Type") == "text/event-stream"
	if isStream {
		time.AfterFunc(time.Second/2, cancel)
	}
	text, _ := io.ReadAll(a.Body) // A stream is cut off.
	told := string(text)
	if isStream {
		told = fmt.Sprint("order events: ", strings.Count(told, "event: order"))
	}
	return strings.NewReplacer(order, "ORDER", user, "USER").Replace(
		fmt.Sprint(a.StatusCode, " ", a.Header.Get("ETag"), " ", told))
}

// Whichever query there is, of whatever module: a stranger is told the same as if there were no
// order, and staff is not.
func TestNoQueryTellsAStrangerAnything(t *testing.T) {
	i := issuer.New(t)
	c, paths := whole(t, i)
	ann, staff := i.Token("ann", "orders:write"), i.Token("staff", "orders:manage")
	if len(paths) < 6 {
		t.Fatalf("the queries are %q", paths)
	}
	before := map[string]string{}
	for _, path := range paths {
		before[path] = c.overheard(t, path, nobodysOrder, "nobody", ann)
	}
	as := "Authorization: Bearer " + staff
	bobs := c.must(t, 201, "POST", "/commands/orders", bobsOrder, as).id()
	eventually(t, "the order is shown", func() bool {
		return c.must(t, 200, "GET", "/queries/orders?userId=bob", "", as).at("orders", "0") != nil
	})
	stop := c.pay(t, bobs, as)
	defer stop()
	for _, path := range paths {
		if got := c.overheard(t, path, bobs, "bob", ann); got != before[path] {
			t.Errorf("%s tells a stranger %s, without that order %s: does it ask caller.Sees?",
				path, got, before[path])
		}
		eventually(t, path+" tells staff something, else this test tries nothing", func() bool {
			return c.overheard(t, path, bobs, "bob", staff) != before[path]
		})
	}
}

// pay changes an order every now and then, so that streams have something to tell, until stop.
func (c client) pay(t *testing.T, order, as string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ctx.Err() == nil; n++ {
			_, err := c.send(ctx, "POST", "/commands/orders/"+order+"/payments/capture",
				fmt.Sprintf(`{"paymentId":"pay_%d","amount":1}`, n), as)
			if err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() { cancel(); <-done }
}
