package http_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
)

// ownLists are lists that are asked for where ann has two orders and bob has one: how many orders
// of each are shown, and whether the read model is asked.
var ownLists = []struct {
	who        []string
	query      string
	anns, bobs int
	reads      string
}{
	{as("ann", "orders:read"), "", 2, 0, "list"},
	{as("ann", "orders:read"), "?userId=ann", 2, 0, "list"},
	{as("ann", "orders:read"), "?userId=&sort=updatedAt", 2, 0, "list"},
	{as("ann", "orders:read"), "?userId=bob", 0, 0, ""},
	{as("ann", "orders:read"), "?userId=nobody", 0, 0, ""},
	{as("ann", "orders:read"), "?userId=ANN", 0, 0, ""},
	{as("ann", "orders:read"), "?userId=ann%20", 0, 0, ""},
	{as("ann", "orders:read"), "?sku=none", 0, 0, "list"},
	{as("bob", "orders:write"), "?sku=sku_mouse&status=CONFIRMED", 0, 1, "list"},
	{as("bob", "orders:write"), "?userId=ann", 0, 0, ""},
	{as("", "orders:read"), "", 0, 0, ""}, // Nobody's are not everybody's.
	{as(strings.Repeat("x", 500), "orders:read"), "", 0, 0, "list"},
	{as("a\x00nn", "orders:write"), "", 0, 0, "list"},
	{as("carl", "orders:write", "orders:admin"), "", 0, 0, "list"},
	{as("staff", "orders:manage"), "", 2, 1, "list"},
	{as("staff", "orders:manage"), "?userId=bob", 0, 1, "list"},
}

// A list shows callers who are confined to own orders none but these, whatever they ask for.
func TestListsShowOwnOrders(t *testing.T) {
	s, counted := guardedAndCounted(t)
	for _, user := range []string{"ann", "bob", "ann"} {
		s.orderOf(t, user)
	}
	for _, tt := range ownLists {
		counted.take()
		a := s.ask(t, "GET", show+tt.query, "", tt.who...)
		a.is(t, 200)
		anns := strings.Count(a.text, `"userId":"ann"`)
		bobs := strings.Count(a.text, `"userId":"bob"`)
		if made, _ := counted.take(); anns != tt.anns || bobs != tt.bobs || made != tt.reads {
			t.Errorf("%s of %q: shows %d and %d orders after %q: %s",
				tt.query, tt.who, anns, bobs, made, a.text)
		}
		if anns+bobs == 0 && a.text != `{"count":0,"orders":[]}` {
			t.Errorf("%s: %s", tt.query, a.text)
		}
	}
	ann := as("ann", "orders:read")
	s.ask(t, "GET", show+"?userId=bob&userId=ann", "", ann...).is(t, 400)
	s.ask(t, "GET", show+"?userId=bob&limit=0", "", ann...).is(t, 400)
}

// A page goes on with the caller's own orders, by whosever cursor.
func TestACursorShowsNothingOfOthers(t *testing.T) {
	s := guarded(t)
	for range 3 {
		s.orderOf(t, "ann")
		s.orderOf(t, "bob")
	}
	ann := as("ann", "orders:read")
	for _, who := range [][]string{ann, as("bob", "orders:read"), callers["m"]} {
		first := s.ask(t, "GET", show+"?limit=1&sku=sku_mouse", "", who...)
		next := first.next(t)
		if u, err := url.Parse(next); err != nil || u.Query().Has("userId") ||
			u.Query().Get("limit") != "1" || u.Query().Get("sku") != "sku_mouse" {
			t.Errorf("the next page is %s", next)
		}
		for next != "" {
			a := s.ask(t, "GET", next, "", ann...)
			if next = a.next(t); strings.Contains(a.text, `"userId":"bob"`) {
				t.Errorf("shown is %s", a.text)
			}
		}
	}
}

// guardedStreams returns a service on a port of its own that needs tokens.
func guardedStreams(t *testing.T) *listener {
	t.Helper()
	s := guardedAs(t, http.Config{Address: "127.0.0.1:0"}, &tokens{})
	s.Streams(128, 50*time.Millisecond, time.Second)
	return serve(t, s)
}

// block reads the next block of a stream, whatever it is; nil at the end.
func (c *client) block() event {
	e := event{}
	for c.lines.Scan() {
		if c.lines.Text() == "" {
			return e
		}
		name, value, _ := strings.Cut(c.lines.Text(), ":")
		e[name] = strings.TrimPrefix(value, " ")
	}
	return nil
}

// told reads the next event of a stream, and returns which order it tells of, or what else it is.
func (c *client) told(t *testing.T) string {
	t.Helper()
	e := c.next("event")
	if e["event"] != "order" {
		return e["event"]
	}
	_, id, _ := strings.Cut(e["data"], `"orderId":"`)
	return id[:len("ord_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
}

// A stream of all orders tells callers who are confined to own orders of these alone, while they
// watch and when they come again. Of a large order no queue keeps the view.
func TestStreamsTellOfOwnOrders(t *testing.T) {
	l := guardedStreams(t)
	ann, staff := as("ann", "orders:read"), callers["m"]
	all := l.open(t, show+"/stream", staff...)
	clients := []*client{
		l.open(t, show+"/stream", ann...), l.open(t, show+"/stream?userId=ann", ann...),
	}
	began := clients[0].next("id")["id"]
	first := l.orderOf(t, "bob")
	anns := []string{l.orderOf(t, "ann")}
	l.orderOf(t, "bob")
	l.largeOf(t, "bob")
	anns = append(anns, l.orderOf(t, "ann"), l.largeOf(t, "ann"))
	again := append(slices.Clone(ann), "Last-Event-ID", began)
	clients = append(clients,
		l.open(t, show+"/stream", again...), l.open(t, show+"/stream?userId=ann", again...))
	for n, c := range clients {
		seen := ""
		for seen != anns[len(anns)-1] {
			if seen = c.told(t); !slices.Contains(anns, seen) {
				t.Fatalf("client %d is told of %s", n, seen)
			}
		}
	}
	if seen := all.told(t); seen != first {
		t.Errorf("staff is told of %s", seen)
	}
}

// A stream of another user's orders tells callers who are confined to own orders of none, be there
// such a user or not.
func TestStreamsOfOthersTellOfNothing(t *testing.T) {
	l := guardedStreams(t)
	ann := as("ann", "orders:read")
	began := l.open(t, show+"/stream", ann...).next("id")["id"]
	if !strings.HasSuffix(began, "-r") {
		t.Errorf("the stream begins at %q", began)
	}
	again := append(slices.Clone(ann), "Last-Event-ID", began)
	unknown := append(slices.Clone(ann), "Last-Event-ID", "x-r")
	var clients []*client
	for _, user := range []string{"bob", "nobody"} {
		clients = append(clients, l.open(t, show+"/stream?userId="+user, ann...))
	}
	l.orderOf(t, "bob")
	l.orderOf(t, "ann")
	l.largeOf(t, "bob")
	for _, user := range []string{"bob", "nobody"} {
		path := show + "/stream?userId=" + user
		lost := l.open(t, path, unknown...)
		if e := lost.next("event"); e["event"] != "reset" || e["id"] == "" {
			t.Errorf("a client that is lost is told %v", e)
		}
		clients = append(clients, lost, l.open(t, path, again...))
	}
	for _, c := range clients {
		for beats := 0; beats < 3; {
			e := c.block()
			if e["event"] != "" {
				t.Fatalf("ann is told %v", e)
			}
			if e[""] == "still here" {
				beats++
			}
		}
	}
}

// largeOf places an order that no queue keeps, and returns its id.
func (s *service) largeOf(t *testing.T, user string) string {
	t.Helper()
	body := fmt.Sprintf(`{"userId":%q,%s}`, user, linesFrom(0))
	a := s.ask(t, "POST", place, body, callers["m"]...)
	a.is(t, 201)
	return a.id()
}

// An id that was sent to a caller of another class is not known: what it stands for was shown
// otherwise.
func TestAStreamGoesOnForItsClass(t *testing.T) {
	l := guardedStreams(t)
	id := l.orderOf(t, "ann")
	ann, staff := as("ann", "orders:read"), callers["m"]
	path := show + "/" + id + "/stream"
	for _, tt := range []struct {
		who   []string
		last  string
		wants string // Of the first event; empty for none.
	}{
		{ann, "", "2-r"}, {ann, "2-r", ""}, {ann, "1-r", "2-r"}, {ann, "2-m", "2-r"},
		{ann, "2", "2-r"},
		{staff, "2-m", ""}, {staff, "2-r", "2-m"}, {staff, "99-m", "2-m"},
	} {
		c := l.open(t, path, append(tt.who, "Last-Event-ID", tt.last)...)
		first := c.block()
		for first["id"] == "" && first[""] != "still here" {
			first = c.block()
		}
		if first["id"] != tt.wants {
			t.Errorf("after %q comes %v, want %q", tt.last, first, tt.wants)
		}
		c.close()
	}
	began := l.open(t, show+"/stream", staff...).next("id")["id"]
	lost := l.open(t, show+"/stream", append(ann, "Last-Event-ID", began)...)
	if e := lost.next("event"); e["event"] != "reset" || !strings.HasSuffix(e["id"], "-r") {
		t.Errorf("after an id of another class comes %v", e)
	}
}
