package http_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports/budget"
)

// linesFrom is the lines of an order whose JSON has about 270 kB: 500 with long SKUs.
func linesFrom(first int) string {
	var b strings.Builder
	for n := range 500 {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"%05d%s","qty":1,"price":1}`, first+n, strings.Repeat("😀", 123))
	}
	return `"items":[` + b.String() + `]`
}

func (s *service) large(t *testing.T) string {
	t.Helper()
	a := s.ask(t, "POST", place, `{"userId":"u",`+linesFrom(0)+`}`)
	a.is(t, 201)
	return a.id()
}

const pageBytes = 2 << 20

// walk follows nextCursor to the end, and returns what a field of each page lists.
func (s *service) walk(t *testing.T, path, field string, most int) (all []any, pages int) {
	t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	for cursor := ""; ; {
		a := s.ask(t, "GET", path+cursor, "")
		a.is(t, 200)
		if len(a.text) > pageBytes+300_000 {
			t.Errorf("a page has %d bytes", len(a.text))
		}
		entries, _ := a.json[field].([]any)
		if len(entries) == 0 || most > 0 && len(entries) > most {
			t.Fatalf("a page has %d entries", len(entries))
		}
		all, pages = append(all, entries...), pages+1
		next, more := a.json["nextCursor"].(string)
		link := a.Header.Get("Link")
		if more != (link != "") || more && !strings.Contains(link, "cursor="+next) {
			t.Errorf("cursor %s, Link %s", next, link)
		}
		if !more {
			return all, pages
		}
		cursor = join + "cursor=" + next
	}
}

func TestAListEndsEarlyWhenItIsLarge(t *testing.T) {
	s := start(t)
	for range 20 {
		s.large(t)
	}
	all, pages := s.walk(t, show+"?limit=250", "orders", 250)
	if len(all) != 20 || pages != 3 {
		t.Errorf("%d orders on %d pages, want 20 on 3", len(all), pages)
	}
	if all, pages := s.walk(t, show+"?limit=3", "orders", 3); len(all) != 20 || pages != 7 {
		t.Errorf("%d orders on %d pages, want 20 on 7", len(all), pages)
	}
}

func TestHistoryIsPaged(t *testing.T) {
	s := start(t)
	id := s.large(t)
	for n := range 19 {
		s.do(t, id, "items", `{`+linesFrom(n+1)+`}`)
	}
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":1.5}`)
	s.do(t, id, "cancel", `{"reason":"staff"}`) // Two events.
	path := show + "/" + id + "/history"
	want, pages := s.walk(t, path, "events", 0)
	if len(want) != 23 || pages != 3 {
		t.Errorf("%d events on %d pages, want 23 on 3", len(want), pages)
	}
	for limit := 1; limit < 5; limit++ {
		all, _ := s.walk(t, path+fmt.Sprint("?limit=", limit), "events", limit)
		got, _ := json.Marshal(all)
		if all, _ := json.Marshal(want); string(all) != string(got) {
			t.Errorf("pages of %d tell something else", limit)
		}
	}
	for _, query := range []string{
		"limit=0", "limit=", "limit=x", "limit=-1", "limit=1&limit=1", "cursor=x",
		"cursor=AAAAAA", "cursor=AAEAAB", "cursor=AAEAAA=", "cursor=AAEA",
		"cursor=AAEAAA&cursor=AAEAAA",
	} {
		a := s.ask(t, "GET", path+"?"+query, "")
		a.is(t, 400)
		a.has(t, `"code":"validation-failed"`)
	}
	s.ask(t, "GET", path+"?cursor=", "").is(t, 200)
	for _, behind := range []string{"cursor=__8AAA", "limit=1&cursor=AGMAAA"} {
		s.ask(t, "GET", path+"?"+behind, "").has(t, `"events":[]}`)
	}
	s.ask(t, "GET", show+"/"+nowhere+"/history?cursor=AGMAAA", "").is(t, 404)
	s.ask(t, "GET", path+"?limit=99999999999999999999", "").is(t, 200)
}

// A client that does not read holds what its answer has, and nothing once it has gone.
func TestAnAnswerIsHeldUntilItIsSent(t *testing.T) {
	all := budget.New(budget.Default)
	s := startAs(t, http.Config{Address: "127.0.0.1:0"}, func(p *http.Parts) { p.Budget = all })
	for range 10 {
		s.large(t)
	}
	l := serve(t, s)
	request := "GET " + show + "?limit=250 HTTP/1.1\r\nHost: x\r\n\r\n"
	c := l.dial(t, strings.Repeat(request, 20)) // More than the system's buffers hold.
	comesTo(t, all, "an answer that nobody reads", func(n int64) bool {
		return n > pageBytes && n < 2*pageBytes
	})
	_ = c.Close()
	comesTo(t, all, "when the client has gone", func(n int64) bool { return n == 0 })
}

// comesTo waits until what all holds is as it should be.
func comesTo(t *testing.T, all *budget.Budget, what string, is func(int64) bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(all.Used()); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d bytes are held", what, all.Used())
		}
		time.Sleep(time.Millisecond)
	}
}

func TestALargeAnswerIsAsAnyOther(t *testing.T) {
	all := budget.New(budget.Default)
	s := startAs(t, http.Config{Address: "127.0.0.1:0"}, func(p *http.Parts) { p.Budget = all })
	for range 10 {
		s.large(t)
	}
	l := serve(t, s)
	for _, method := range []string{"GET", "HEAD"} {
		a, err := l.call(t, method, show+"?limit=250", nil)
		if err != nil {
			t.Fatal(err)
		}
		a.is(t, 200)
		if a.ContentLength < pageBytes {
			t.Errorf("%s: Content-Length %d", method, a.ContentLength)
		}
		comesTo(t, all, method, func(n int64) bool { return n == 0 })
	}
	old := l.dial(t, "GET "+show+" HTTP/1.0\r\n\r\n")
	if text, err := io.ReadAll(old); err != nil || len(text) < pageBytes {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	for _, line := range s.log.requests(t) {
		bytes, _ := line["bytes"].(float64)
		if line["method"] == "GET" && bytes < pageBytes || line["method"] == "HEAD" && bytes != 0 {
			t.Errorf("logged %v", line)
		}
	}
}
