package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	nethttp "net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/adapters/http/wire"
	"orders/adapters/memory"
	"orders/app/command"
	"orders/app/live"
	"orders/domain/order"
	"orders/ports"
)

const (
	mouse   = `{"userId":"user_123","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`
	place   = "/commands/orders"
	show    = "/queries/orders"
	nowhere = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa" // An id that no order has.
)

// noon stands still: it is the time of every command.
var noon = time.Date(2026, 11, 22, 13, 44, 48, 200_999_999, time.FixedZone("CET", 3600))

// A service is the application in memory.
type service struct {
	*http.Server
	store *memory.EventStore
	views *memory.Views
	log   *lines
	parts http.Parts
}

func start(t *testing.T) *service {
	t.Helper()
	return startWith(t, http.Config{}, nil, nil)
}

// startWith wraps the store and the read model that the server sees, when it is told how.
func startWith(
	t testing.TB, c http.Config,
	wrapStore func(ports.EventStore) ports.EventStore,
	wrapOrders func(ports.Orders) ports.Orders,
) *service {
	t.Helper()
	s := &service{
		store: memory.NewEventStore(), views: memory.NewViews(), log: &lines{},
	}
	s.project(t)
	var store ports.EventStore = s.store
	if wrapStore != nil {
		store = wrapStore(store)
	}
	var orders ports.Orders = s.views
	if wrapOrders != nil {
		orders = wrapOrders(orders)
	}
	feed, is := orders.(ports.ViewFeed)
	if !is {
		feed = s.views
	}
	handler := command.NewHandler(store, func() time.Time { return noon }, nil)
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	if overTLS(t) {
		c.TLS = serverTLS(t)
	}
	s.parts = http.Parts{
		Commands: handler, Orders: orders, History: store,
		Live: live.New(feed, orders, slog.New(slog.DiscardHandler)),
	}
	s.Server = http.New(c, s.parts, log)
	s.StopLimits()
	return s
}

// startAs starts a service that also has what more adds.
func startAs(t *testing.T, c http.Config, more func(*http.Parts)) *service {
	t.Helper()
	if overTLS(t) {
		c.TLS = serverTLS(t)
	}
	s := startWith(t, c, nil, nil)
	more(&s.parts)
	s.Server = http.New(c, s.parts, slog.New(slog.NewJSONHandler(s.log, nil)))
	s.StopLimits()
	return s
}

// project keeps the read model up to date. In the application that is done by app/projection.
func (s *service) project(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.store.Follow(ctx, "", s.show) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
}

// show saves the views of a batch's orders.
func (s *service) show(ctx context.Context, b ports.Batch) error {
	var views []ports.OrderView
	for _, c := range b.Commits {
		stream, err := s.store.Load(ctx, c.OrderID)
		if err != nil {
			return err
		}
		stream = stream.Until(c.Version)
		views = append(views, ports.ViewOf(stream))
	}
	return errors.Join(s.views.Save(ctx, views)...)
}

// commits returns what was recorded of the order.
func (s *service) commits(t *testing.T, id string) []ports.Commit {
	t.Helper()
	return history(t, s.store, id)
}

// An answer is a response that was read.
type answer struct {
	*nethttp.Response
	text string
	json map[string]any
}

// id is the order's.
func (a answer) id() string {
	id, _ := a.json["orderId"].(string)
	return id
}

// ask sends a request; headers alternate names and values, of which empty ones are left
// out. A body is JSON unless they say otherwise.
func (s *service) ask(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" && !slices.Contains(headers, "Content-Type") {
		headers = append(headers, "Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			req.Header.Add(headers[i], headers[i+1])
		}
	}
	res, err := s.Test(req)
	if err != nil {
		t.Fatal(err)
	}
	a := read(t, res)
	a.wantListed(t, method, path)
	if method == "POST" && a.StatusCode < 300 {
		s.awaitShown(t, order.ID(a.id()))
	}
	return a
}

// awaitShown waits until queries show what is recorded of an order. The answer to a command does so
// for a second, in which a machine that is busy with other things may get nothing done.
func (s *service) awaitShown(t *testing.T, id order.ID) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	stream, err := s.store.Load(ctx, id)
	if err == nil && stream.Version() > 0 {
		err = s.views.Await(ctx, id, stream.Version())
	}
	if err != nil {
		t.Log(err)
	}
}

func read(t *testing.T, res *nethttp.Response) answer {
	t.Helper()
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Response: res, text: string(text)}
	if strings.HasSuffix(res.Header.Get("Content-Type"), "json") && len(text) > 0 {
		if err := json.Unmarshal(text, &a.json); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if res.Header.Get("Content-Type") == wire.ProblemType && len(text) > 0 {
		if err := wrongProblem(a.json); err != nil {
			t.Errorf("%v: %s", err, text)
		}
	}
	return a
}

// order places an order and returns its id.
func (s *service) order(t *testing.T) string {
	t.Helper()
	a := s.ask(t, "POST", place, mouse)
	a.is(t, 201)
	return a.id()
}

func (a answer) is(t *testing.T, status int) {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.text)
	}
}

// has checks fields of the answer, given as JSON without spaces, in its text.
func (a answer) has(t *testing.T, fields ...string) {
	t.Helper()
	for _, f := range fields {
		if !strings.Contains(a.text, f) {
			t.Errorf("no %s in %s", f, a.text)
		}
	}
}

func (a answer) header(t *testing.T, name, want string) {
	t.Helper()
	if got := a.Header.Get(name); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}
