package http_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	nethttp "net/http"
	"slices"
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

// orderOf places an order of a user, confirms it so that it has two versions, and returns its id.
func (s *service) orderOf(t *testing.T, user string) string {
	t.Helper()
	staff := as("staff", "orders:manage")
	a := s.ask(t, "POST", place, strings.Replace(mouse, "user_123", user, 1), staff...)
	a.is(t, 201)
	s.ask(t, "POST", place+"/"+a.id()+"/confirm", "", staff...).is(t, 200)
	return a.id()
}

// foreignQueries are the queries of one order, below its path, with what they read of an order that
// there is not.
var foreignQueries = map[string]string{
	"":                              "view",
	"?atVersion=1":                  "commits",
	"?atVersion=2":                  "commits",
	"?atVersion=99":                 "commits",
	"?minVersion=1":                 "commits",
	"?minVersion=%222-m%22":         "commits",
	"?minVersion=99":                "commits",
	"/history":                      "commits",
	"/history?limit=1":              "commits",
	"/history?cursor=AAIAAA":        "commits",
	"/history?cursor=AAkAAA":        "commits", // Behind its end.
	"/stream":                       "commits",
	"/stream?lastEventId=2-r":       "commits",
	"/%73tream":                     "",
	"?atVersion=1&minVersion=1":     "",
	"?atVersion=0":                  "",
	"?minVersion=%222-x%22":         "",
	"/history?limit=0":              "",
	"/history?cursor=x":             "",
	"/stream?lastEventId=1&other=1": "",
}

// The order of another user is answered as an unknown one, after the same reads.
func TestTheOrderOfAnotherUserIsAnUnknownOne(t *testing.T) {
	s, counted := guardedAndCounted(t)
	bobs := s.orderOf(t, "bob")
	for _, scope := range []string{"orders:read", "orders:write"} {
		for _, method := range []string{"GET", "HEAD"} {
			for below, want := range foreignQueries {
				for _, none := range []string{"", "*", `"2"`, `"2-r", "2-w", "2-m"`, `W/"2-r"`} {
					headers := append(as("ann", scope), "If-None-Match", none)
					what := fmt.Sprintf("%s %s of %s, If-None-Match %s", method, below, scope, none)
					counted.take()
					unknown := s.ask(t, method, show+"/"+nowhere+below, "", headers...)
					made, _ := counted.take()
					foreign := s.ask(t, method, show+"/"+bobs+below, "", headers...)
					again, commits := counted.take()
					foreign.isLike(t, what, unknown, bobs)
					if made != want || again != want || commits > 1 {
						t.Errorf("%s reads %q of an unknown order, and %q with %d commits; want %q",
							what, made, again, commits, want)
					}
					if want != "" {
						unknown.is(t, 404)
					}
				}
			}
		}
	}
}

// isLike checks that an answer is the one about an order that there is not, but for the id.
func (a answer) isLike(t *testing.T, what string, unknown answer, id string) {
	t.Helper()
	if text := strings.ReplaceAll(a.text, id, nowhere); text != unknown.text {
		t.Errorf("%s: %s\nof an unknown order: %s", what, text, unknown.text)
	}
	if a.StatusCode != unknown.StatusCode || !sameHeaders(a.Header, unknown.Header) {
		t.Errorf("%s: %d %v\nof an unknown order: %d %v", what, a.StatusCode, a.Header,
			unknown.StatusCode, unknown.Header)
	}
}

// sameHeaders compares all but the id of a request and its time.
func sameHeaders(a, b nethttp.Header) bool {
	a, b = maps.Clone(a), maps.Clone(b)
	for _, h := range []nethttp.Header{a, b} {
		h.Del("X-Request-Id")
		h.Del("Date")
	}
	return maps.EqualFunc(a, b, slices.Equal[[]string])
}

// The test of the test: those who may see the order are shown it by all that is asked above.
func TestOwnOrdersAreShown(t *testing.T) {
	s := guarded(t)
	bobs := s.orderOf(t, "bob")
	for _, who := range [][]string{
		as("bob", "orders:read"), as("bob", "orders:write"), as("staff", "orders:manage"),
	} {
		for below, reads := range foreignQueries {
			if isShown := reads != "" && !strings.Contains(below, "=99"); isShown {
				s.ask(t, "HEAD", show+"/"+bobs+below, "", who...).is(t, 200)
			}
		}
		s.ask(t, "GET", show+"/"+bobs+"?atVersion=99", "", who...).has(t, "version-unknown")
	}
}

// An own order can be read as soon as it was created, also where it is not shown yet.
func TestAnOwnNewOrderIsAwaited(t *testing.T) {
	s, counted := guardedAndCounted(t)
	anns := as("ann", "orders:write")
	a := s.ask(t, "POST", place, strings.Replace(mouse, "user_123", "ann", 1),
		append(anns, "Prefer", "respond-async")...)
	a.is(t, 201)
	counted.take()
	tag := strings.ReplaceAll(a.Header.Get("ETag"), `"`, "%22")
	shown := s.ask(t, "GET", show+"/"+a.id()+"?minVersion="+tag, "", anns...)
	shown.is(t, 200)
	shown.header(t, "ETag", `"1-w"`)
	if made, _ := counted.take(); made != "commits await view" {
		t.Errorf("it reads %s", made)
	}
}
