package http_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

// A readLog has those that a service has made of its stores.
type readLog struct {
	mu      sync.Mutex
	made    []string
	commits int // So many were handed over.
}

func (r *readLog) add(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made = append(r.made, what)
}

// take returns what was read since it was last called.
func (r *readLog) take() (made string, commits int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	made, commits = strings.Join(r.made, " "), r.commits
	r.made, r.commits = nil, 0
	return made, commits
}

type countedStore struct {
	ports.EventStore
	reads *readLog
}

func (s countedStore) Load(ctx context.Context, id order.ID) (ports.Stream, error) {
	s.reads.add("load")
	return s.EventStore.Load(ctx, id)
}

func (s countedStore) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	s.reads.add("commits")
	return s.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		s.reads.mu.Lock()
		s.reads.commits++
		s.reads.mu.Unlock()
		return each(c)
	})
}

type countedOrders struct {
	ports.Orders
	reads *readLog
}

func (o countedOrders) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	o.reads.add("view")
	return o.Orders.Order(ctx, id)
}

func (o countedOrders) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	o.reads.add("list")
	return o.Orders.List(ctx, f, p, each)
}

func (o countedOrders) Await(ctx context.Context, id order.ID, version int) error {
	o.reads.add("await")
	return o.Orders.Await(ctx, id, version)
}

// guardedAndCounted starts a service that needs tokens, and counts what it reads.
func guardedAndCounted(t *testing.T) (*service, *readLog) {
	t.Helper()
	counted := &readLog{}
	s := startWith(t, http.Config{},
		func(e ports.EventStore) ports.EventStore { return countedStore{e, counted} },
		func(o ports.Orders) ports.Orders { return countedOrders{o, counted} })
	s.parts.Tokens = &tokens{}
	s.Server = http.New(http.Config{}, s.parts, slog.New(slog.NewJSONHandler(s.log, nil)))
	return s, counted
}
