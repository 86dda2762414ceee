package http_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"orders/adapters/http"
)

// streamingOne returns a service with one order, whose id it returns.
func streamingOne(f *testing.F) (s *service, id string) {
	f.Helper()
	s = startWith(f, http.Config{}, nil, nil)
	s.Streams(8, time.Millisecond, time.Second)
	_, text := s.costs(place, mouse)
	_, id, found := strings.Cut(text, `"orderId":"`)
	if !found {
		f.Fatal(text)
	}
	return s, id[:len(nowhere)]
}

// firstOf returns the beginning of a stream, up to its first id.
func (s *service) firstOf(t *testing.T, path, last string, inQuery bool) string {
	t.Helper()
	c := new(fasthttp.RequestCtx)
	if inQuery {
		path += "?lastEventId=" + url.QueryEscape(last)
	} else {
		c.Request.Header.Set("Last-Event-ID", last)
	}
	c.Request.SetRequestURI(path)
	s.Handler()(c)
	body := c.Response.BodyStream()
	if c.Response.StatusCode() != 200 || body == nil {
		t.Fatalf("%s after %q answers %d", path, last, c.Response.StatusCode())
	}
	defer func() { _ = c.Response.CloseBodyStream() }()
	text, part := "", make([]byte, 4<<10)
	for range 20 {
		n, err := body.Read(part)
		if text += string(part[:n]); err != nil || strings.Contains(text, "\nid: ") {
			return text
		}
	}
	return text
}

// FuzzLastEventID wants every text to be taken for what it is: the id of an event, after which a
// stream goes on, or of none, so that it begins anew and says so.
func FuzzLastEventID(f *testing.F) {
	s, id := streamingOne(f)
	for _, last := range []string{
		"", "0", "1", "2", "-1", "+1", "01", "1-m", "99999999999999999999", "AAAA", "=", "%",
		"\x00",
		"\xff",
		"\r", "AA\n", "a/b", "L-1", "YS8w", "YS8tMQ", "AB",
	} {
		f.Add(last, true)
		f.Add(last, false)
	}
	f.Fuzz(func(t *testing.T, last string, inQuery bool) {
		if inQuery && !utf8.ValidString(last) {
			return // 400, as of every parameter.
		}
		text := s.firstOf(t, show+"/stream", last, inQuery)
		_, at, _ := strings.Cut(text, "\nid: ")
		at, _, _ = strings.Cut(at, "\n")
		isNew := strings.Contains(text, "event: reset")
		if at == "" || isNew != (last != "" && last != at) {
			t.Errorf("after %q, all of them: %s", last, text)
		}
		again := s.firstOf(t, show+"/stream", at, inQuery)
		if strings.Contains(again, "event: reset") {
			t.Errorf("after %q it is at %q, and after that it begins anew", last, at)
		}
		one := s.firstOf(t, show+"/"+id+"/stream", last, inQuery)
		version, err := strconv.Atoi(last)
		if shown := strings.Contains(one, "\ndata: {"); shown == (err == nil && version == 1) {
			t.Errorf("after %q, the order: %s", last, one)
		}
	})
}
