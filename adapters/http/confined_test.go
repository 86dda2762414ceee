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

// A list shows callers who are confined to own orders none but these, whatever they ask for.
func TestListsShowOwnOrders(t *testing.T) {
	s, counted := guardedAndCounted(t)
	anns := []string{s.orderOf(t, "ann"), s.orderOf(t, "ann")}
	bobs := s.orderOf(t, "bob")
	ann, bob, staff := as("ann", "orders:read"), as("bob", "orders:write"), callers["m"]
	for _, tt := range []struct {
		who   []string
		query string
		want  []string
		reads string
	}{
		{ann, "", anns, "list"},
		{ann, "?userId=ann", anns, "list"},
		{ann, "?userId=&sort=updatedAt", anns, "list"},
		{ann, "?userId=bob", nil, ""},
		{ann, "?userId=nobody", nil, ""},
		{ann, "?userId=ANN", nil, ""},
		{ann, "?userId=ann%20", nil, ""},
		{ann, "?sku=none", nil, "list"},
		{bob, "?sku=sku_mouse&status=CONFIRMED", []string{bobs}, "list"},
		{bob, "?userId=ann", nil, ""},
		{as("", "orders:read"), "", nil, ""}, // Nobody's are not everybody's.
		{as(strings.Repeat("x", 500), "orders:read"), "", nil, "list"},
		{as("a\x00nn", "orders:write"), "", nil, "list"},
		{as("carl", "orders:write", "orders:admin"), "", nil, "list"},
		{staff, "", append([]string{bobs}, anns...), "list"},
		{staff, "?userId=bob", []string{bobs}, "list"},
	} {
		counted.take()
		a := s.ask(t, "GET", show+tt.query, "", tt.who...)
		a.is(t, 200)
		got, want := idsIn(a), slices.Clone(tt.want)
		slices.Sort(got)
		slices.Sort(want)
		if made, _ := counted.take(); !slices.Equal(got, want) || made != tt.reads {
			t.Errorf("%s of %q: shows %v, want %v; reads %q, want %q",
				tt.query, tt.who, got, want, made, tt.reads)
		}
		if len(want) == 0 && a.text != `{"count":0,"orders":[]}` {
			t.Errorf("%s: %s", tt.query, a.text)
		}
	}
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
	s.Streams(32, 50*time.Millisecond, time.Second)
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
// watch and when they come again.
func TestStreamsTellOfOwnOrders(t *testing.T) {
	l := guardedStreams(t)
	ann, staff := as("ann", "orders:read"), callers["m"]
	own, all := l.open(t, show+"/stream", ann...), l.open(t, show+"/stream", staff...)
	anns := l.open(t, show+"/stream?userId=ann", ann...)
	bobs := l.open(t, show+"/stream?userId=bob", ann...)
	began := own.next("id")["id"]
	if !strings.HasSuffix(began, "-r") {
		t.Errorf("the stream begins at %q", began)
	}
	placed := map[string][]string{}
	for _, user := range []string{"bob", "ann", "bob", "ann"} {
		placed[user] = append(placed[user], l.orderOf(t, user))
	}
	large := l.largeOf(t, "bob")
	last := l.largeOf(t, "ann")
	placed["ann"] = append(placed["ann"], last)
	wantOwn := func(what string, c *client) {
		t.Helper()
		var seen []string
		for !slices.Contains(seen, last) {
			id := c.told(t)
			if !slices.Contains(placed["ann"], id) {
				t.Fatalf("%s tells of %s, a large one is %s", what, id, large)
			}
			seen = append(seen, id)
		}
	}
	wantOwn("the stream of all", own)
	wantOwn("that of ann", anns)
	again := append(slices.Clone(ann), "Last-Event-ID", began)
	wantOwn("the stream that goes on", l.open(t, show+"/stream", again...))
	wantOwn("that of ann that goes on", l.open(t, show+"/stream?userId=ann", again...))
	lost := l.open(t, show+"/stream?userId=bob", append(slices.Clone(ann), "Last-Event-ID", "x-r")...)
	if e := lost.next("event"); e["event"] != "reset" || e["id"] == "" {
		t.Errorf("a client that is lost is told %v", e)
	}
	wentOn := l.open(t, show+"/stream?userId=bob", again...)
	for _, c := range []*client{bobs, lost, wentOn} {
		for beats := 0; beats < 3; {
			e := c.block()
			if e["event"] != "" {
				t.Fatalf("ann is told of bob's: %v", e)
			}
			if e[""] == "still here" {
				beats++
			}
		}
	}
	if seen := all.told(t); seen != placed["bob"][0] {
		t.Errorf("staff is told of %s", seen)
	}
}

// largeOf places an order that no queue keeps, and returns its id.
func (s *service) largeOf(t *testing.T, user string) string {
	t.Helper()
	a := s.ask(t, "POST", place, fmt.Sprintf(`{"userId":%q,%s}`, user, linesFrom(0)), callers["m"]...)
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
		{ann, "", "2-r"}, {ann, "2-r", ""}, {ann, "1-r", "2-r"}, {ann, "2-m", "2-r"}, {ann, "2", "2-r"},
		{staff, "2-m", ""}, {staff, "2-r", "2-m"}, {staff, "99-m", "2-m"},
	} {
		c := l.open(t, path, append(slices.Clone(tt.who), "Last-Event-ID", tt.last)...)
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
	lost := l.open(t, show+"/stream", append(slices.Clone(ann), "Last-Event-ID", began)...)
	if e := lost.next("event"); e["event"] != "reset" || !strings.HasSuffix(e["id"], "-r") {
		t.Errorf("after an id of another class comes %v", e)
	}
}
