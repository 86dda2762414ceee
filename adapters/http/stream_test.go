package http_test

import (
	"bufio"
	"context"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// An event is one of a stream: its fields, or a comment.
type event map[string]string

// A client reads a stream.
type client struct {
	*nethttp.Response
	lines *bufio.Scanner
	close context.CancelFunc
}

// streaming returns a service on a port of its own, whose streams show that they live often.
func streaming(t *testing.T) *listener {
	t.Helper()
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Streams(8, 50*time.Millisecond, time.Second)
	return serve(t, s)
}

// open asks for a stream; headers alternate names and values.
func (l *listener) open(t *testing.T, path string, headers ...string) *client {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := nethttp.NewRequestWithContext(ctx, "GET", l.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := l.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != 200 {
		t.Fatalf("%s answers %d", path, res.StatusCode)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 4<<20)
	return &client{res, lines, cancel}
}

// next reads the next block that has the field; nil at the end.
func (c *client) next(field string) event {
	e := event{}
	for c.lines.Scan() {
		if c.lines.Text() == "" {
			if _, has := e[field]; has {
				return e
			}
			e = event{}
			continue
		}
		name, value, _ := strings.Cut(c.lines.Text(), ":")
		e[name] = strings.TrimPrefix(value, " ")
	}
	return nil
}

// shows checks that the next event shows the order as the query does, and returns its id.
func (l *listener) shows(t *testing.T, c *client, id string) string {
	t.Helper()
	e, want := c.next("data"), l.ask(t, "GET", show+"/"+id, "").text
	if e["event"] != "order" || e["data"] != want {
		t.Fatalf("event\n%v, want\n%s", e, want)
	}
	return e["id"]
}

func TestAStreamOfAnOrder(t *testing.T) {
	l := streaming(t)
	id := l.order(t)
	c := l.open(t, show+"/"+id+"/stream")
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-store",
		"X-Accel-Buffering": "no",
	} {
		if got := c.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if c.Header.Get("X-Request-ID") == "" {
		t.Error("no X-Request-ID")
	}
	if e := c.next("retry"); e["retry"] != "2000" {
		t.Errorf("it begins with %v", e)
	}
	if got := l.shows(t, c, id); got != "1" {
		t.Errorf("id %s, want 1", got)
	}
	l.order(t) // It is none of this stream's business.
	c.next("")
	l.do(t, id, "confirm", "")
	if got := l.shows(t, c, id); got != "2" {
		t.Errorf("id %s, want 2", got)
	}
}

// A client that comes again is not told what it knows.
func TestAStreamOfAnOrderGoesOn(t *testing.T) {
	l := streaming(t)
	id := l.order(t)
	l.do(t, id, "confirm", "")
	current := l.open(t, show+"/"+id+"/stream", "Last-Event-ID", "2")
	current.next("")
	polyfill := l.open(t, show+"/"+id+"/stream?lastEventId=2")
	polyfill.next("")
	both := l.open(t, show+"/"+id+"/stream?lastEventId=1", "Last-Event-ID", "2")
	both.next("")
	for _, last := range []string{"1", "99", "nonsense", "-1"} {
		c := l.open(t, show+"/"+id+"/stream", "Last-Event-ID", last)
		if got := l.shows(t, c, id); got != "2" {
			t.Errorf("after %s comes %s", last, got)
		}
	}
	l.do(t, id, "cancel", `{"reason":"staff"}`)
	for _, c := range []*client{current, polyfill, both} {
		if got := l.shows(t, c, id); got != "3" {
			t.Errorf("after 2 comes %s", got)
		}
	}
}

func TestAStreamOfAllOrders(t *testing.T) {
	l := streaming(t)
	l.order(t)
	all, other := l.open(t, show+"/stream"), l.open(t, show+"/stream?userId=ann")
	var ids []string
	token := ""
	for range 3 { // One by one: orders of one batch come in any order.
		id := l.order(t)
		if token = l.shows(t, all, id); token == "" {
			token = all.next("id")["id"]
		}
		ids = append(ids, id)
	}
	all.close()
	l.do(t, ids[0], "confirm", "")
	l.ask(t, "POST", place, strings.Replace(mouse, "user_123", "ann", 1)).is(t, 201)
	anns := other.next("data")
	if !strings.Contains(anns["data"], `"userId":"ann"`) {
		t.Errorf("ann is told %v", anns)
	}
	all = l.open(t, show+"/stream", "Last-Event-ID", token)
	l.shows(t, all, ids[0])
	l.shows(t, l.open(t, show+"/stream?lastEventId="+token), ids[0])
	if e := all.next("data"); e["data"] != anns["data"] {
		t.Errorf("told %v", e)
	}
	for _, id := range []string{"!", "QUJDRC8w", token + "A"} {
		lost := l.open(t, show+"/stream", "Last-Event-ID", id)
		if e := lost.next("data"); e["event"] != "reset" || e["id"] == "" || e["data"] != "{}" {
			t.Errorf("after %s: told %v", id, e)
		}
		lost.close()
	}
}

func TestStreamsThatAreNone(t *testing.T) {
	l := streaming(t)
	id := l.order(t)
	for path, status := range map[string]int{
		show + "/" + nowhere + "/stream": 404, show + "/42/stream": 404, show + "/%FF/stream": 404,
		show + "/stream?userId=a&userId=b": 400, show + "/stream?userId=%ff": 400,
	} {
		a := l.ask(t, "GET", path, "")
		a.is(t, status)
		a.header(t, "Content-Type", "application/problem+json")
		l.ask(t, "HEAD", path, "").is(t, status)
	}
	for _, path := range []string{show + "/stream", show + "/" + id + "/stream"} {
		a := l.ask(t, "HEAD", path, "")
		a.is(t, 200)
		a.header(t, "Content-Type", "text/event-stream")
		a = l.ask(t, "POST", path, "")
		a.is(t, 405)
		a.header(t, "Allow", "GET, HEAD, OPTIONS")
	}
	if n := l.Streaming(); n != 0 {
		t.Errorf("%d streams are left", n)
	}
	s := startAs(t, http.Config{}, func(p *http.Parts) { p.Live = nil })
	for _, path := range []string{show + "/stream", show + "/" + id + "/stream"} {
		a := s.ask(t, "GET", path, "")
		a.is(t, 404)
		a.has(t, `"code":"not-served-here"`)
	}
}

// An order that is not shown yet is no unknown one, and one that is behind is told when it is not.
func TestAStreamOfAnOrderThatIsNotShown(t *testing.T) {
	late := memory.NewViews()
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, func(ports.Orders) ports.Orders {
		return late
	})
	l := serve(t, s)
	id := s.ask(t, "POST", place, mouse, "Prefer", "respond-async").id()
	a := s.ask(t, "GET", show+"/"+id+"/stream", "")
	a.is(t, 503)
	a.has(t, `"code":"projection-lagging"`)
	lines := l.log.requests(t)
	last := lines[len(lines)-1]
	if last["error"] != "the read model does not show this version yet" {
		t.Errorf("logged %v", last)
	}
	l.project(t, late, id)
	s.ask(t, "POST", place+"/"+id+"/confirm", "", "Prefer", "respond-async").is(t, 200)
	c := l.open(t, show+"/"+id+"/stream")
	if got := l.shows(t, c, id); got != "1" {
		t.Errorf("id %s", got)
	}
	l.project(t, late, id)
	if got := l.shows(t, c, id); got != "2" {
		t.Errorf("id %s", got)
	}
}

// project shows an order as it is in views.
func (l *listener) project(t *testing.T, views *memory.Views, id string) {
	t.Helper()
	stream, err := l.store.Load(t.Context(), order.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	views.Save(t.Context(), []ports.OrderView{ports.ViewOf(stream)})
}
