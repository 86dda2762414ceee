package http_test

import (
	"bufio"
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// asChunks is body in chunks, with what may stand around them.
func asChunks(body, trailers string) string {
	return fmt.Sprintf("%x;name=\"a; b\"\r\n%s\r\n%X\r\n%s\r\n000\r\n%s\r\n",
		5, body[:5], len(body)-5, body[5:], trailers)
}

// sizedMouse is the length of the body mouse.
var sizedMouse = fmt.Sprintf("Content-Length: %d\r\n", len(mouse))

var reads = []struct {
	why, request string
	status       int
}{
	{"a length", posting + sizedMouse + "\r\n" + mouse, 201},
	{"a length with zeros before it", posting + "Content-Length: 0" + sizedMouse[16:] + "\r\n" +
		mouse, 201},
	{"chunks", posting + coded + "\r\n" + asChunks(mouse, ""), 201},
	{"chunks by another case", posting + "transfer-encoding:CHUNKED\r\n\r\n" +
		asChunks(mouse, ""), 201},
	{"a GET with a body", getting + sizedMouse + "\r\n" + mouse, 200},
	{"a GET whose body is a request", getting + fmt.Sprintf("Content-Length: %d\r\n\r\n%s",
		len(smuggled), smuggled), 200},
	{"a GET with chunks", getting + coded + "\r\n" + asChunks(smuggled, ""), 200},
	{"a route that is not there, with a body", "PUT /nowhere HTTP/1.1\r\nHost: x\r\n" +
		coded + "\r\n" + asChunks(smuggled, ""), 404},
	{"a body that is not JSON", strings.Replace(posting, "json", "xml", 1) +
		coded + "\r\n" + asChunks(smuggled, ""), 415},
	{"an empty line before it", "\r\n" + getting + "\r\n", 200},
	{"a whole URL", "GET http://y:80/livez HTTP/1.1\r\nHost: x\r\n\r\n", 200},
	{"no value", getting + "A:\r\n\r\n", 200},
	{"letters beyond ASCII in a value", getting + "A: \xc3\xa4\xff\r\n\r\n", 200},
	{"a tab in a value", getting + "A: b\tc\r\n\r\n", 200},
	{"a Host with a port", "GET /livez HTTP/1.1\r\nHost: a-b.example:3000\r\n\r\n", 200},
	{"an address as Host", "GET /livez HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", 200},
	{"all the server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204},
	{"HTTP/2 in clear", getting + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
		"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n", 200},
	{"a coding that it would take", getting + "TE: trailers, gzip\r\n\r\n", 200},
	{"HTTP/1.0 that goes on", "GET /livez HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 200},
	{"HTTP/1.0 with more than that", "GET /livez HTTP/1.0\r\n" +
		"connection: TE, keep-ALIVE\r\n\r\n", 200},
	{"HTTP/1.0 with an expectation", "GET /livez HTTP/1.0\r\nExpect: x\r\n" +
		"Connection: keep-alive\r\n\r\n", 200},
}

// A request that is framed as it should be is answered, and so is the one behind it.
func TestWhatFollowsARequestIsTheNext(t *testing.T) {
	const last = "Connection: close\r\n\r\n"
	l := listen(t, nil)
	for _, tt := range reads {
		t.Run(tt.why, func(t *testing.T) {
			all := l.exchange(t, tt.request+getting+last, "GET")
			if len(all) != 2 || all[0].StatusCode != tt.status || all[1].StatusCode != 200 {
				t.Errorf("answers %v, want %d and 200", all, tt.status)
			}
		})
	}
}

// However slowly it comes, a request is read alike.
func TestRequestsInPieces(t *testing.T) {
	l := listen(t, nil)
	for _, tt := range []struct {
		request string
		status  int
	}{
		{posting + coded + "\r\n" + asChunks(mouse, "Host: y\r\n"), 201},
		{posting + "Content-Length: 2\r\n" + coded + "\r\n0\r\n\r\n", 400},
		{posting + coded + "\r\n2 \r\n{}\r\n0\r\n\r\n", 400},
		{"GET /livez HTTP/1.1\r\n\r\n", 400},
		{"\n", 400},
	} {
		c := l.dial(t, "")
		for i := range len(tt.request) {
			if _, err := c.Write([]byte{tt.request[i]}); err != nil {
				break // It has been refused.
			}
			time.Sleep(100 * time.Microsecond)
		}
		_ = c.SetReadDeadline(time.Now().Add(3 * time.Second))
		res, err := nethttp.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || res.StatusCode != tt.status || res.Close != (tt.status == 400) {
			t.Fatalf("%q: %v, %v", tt.request, res, err)
		}
		_ = res.Body.Close()
		_ = c.Close()
	}
}

// Trailers have no meaning here, so that nobody gets a header past a proxy with them.
func TestTrailersNeverBecomeHeaders(t *testing.T) {
	l := listen(t, nil)
	for _, trailer := range []string{
		"X-Request-ID: theirs", "Idempotency-Key: k", "If-Match: \"7\"", "Prefer: respond-async",
		"Content-Encoding: gzip", "Content-Type: text/plain", "Connection: close",
		"Content-Length: 3", "Transfer-Encoding: chunked", "Host: y", "Expect: x", "Origin: y",
		"Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e0001-00f067aa0ba902b7-01",
	} {
		for _, announced := range []string{"", "Trailer: X-Request-ID, Idempotency-Key\r\n"} {
			request := posting + coded + announced + "\r\n" + asChunks(mouse, trailer+"\r\n")
			all := l.exchange(t, request+smuggled, "POST")
			if len(all) != 2 || all[0].StatusCode != 201 || all[1].StatusCode != 201 {
				t.Errorf("%s: answers %v, want 201 twice", trailer, all)
				continue
			}
			c := l.commits(t, all[0].id())[0]
			if c.Key != "" || c.Traceparent != "" || c.RequestID == "theirs" ||
				all[0].Header.Get("Preference-Applied") != "" {
				t.Errorf("%s was heard: %+v", trailer, c)
			}
		}
	}
}

func TestConnectionsThatAreToClose(t *testing.T) {
	l := listen(t, nil)
	for _, lines := range []string{
		"Connection: close\r\n", "Connection: Close\r\n", "connection:CLOSE\r\n",
		"Connection: close, TE\r\nTE: trailers\r\n", "Connection: TE,Close\r\n",
		"Connection: keep-alive, close\r\n", "Connection: keep-alive\r\nConnection: close\r\n",
		"Connection: close\r\nConnection: keep-alive\r\n", "Connection: , ,\tclose\t,\r\n",
		"Connection: upgrade\r\nConnection: x\r\nConnection: TE, clOse\r\n",
	} {
		all := l.exchange(t, getting+lines+"\r\n"+getting+"\r\n", "GET")
		if len(all) != 1 || all[0].StatusCode != 200 || !all[0].Close {
			t.Errorf("%q: answers %v", lines, all)
		}
	}
	for _, lines := range []string{"", "Connection: TE\r\n", "Connection: close, keep-alive\r\n"} {
		all := l.exchange(t, "GET /livez HTTP/1.0\r\n"+lines+"\r\n"+getting+"\r\n", "GET")
		if len(all) != 1 || all[0].StatusCode != 200 || !all[0].Close {
			t.Errorf("HTTP/1.0, %q: answers %v", lines, all)
		}
	}
}

func TestExpectations(t *testing.T) {
	l := listen(t, nil)
	for _, expect := range []string{"100-continue", "100-Continue", "100-CONTINUE\t"} {
		for _, rest := range []string{
			fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(mouse), mouse),
			coded + "\r\n" + asChunks(mouse, ""),
		} {
			all := l.exchange(t, posting+"Expect: "+expect+"\r\n"+rest+smuggled, "POST")
			statuses := []int{}
			for _, a := range all {
				statuses = append(statuses, a.StatusCode)
			}
			if !slices.Equal(statuses, []int{100, 201, 201}) {
				t.Errorf("%s: answers %v", expect, all)
			}
		}
	}
	// Who would be refused is not told to go on.
	l.leavesUnread(t, posting+"Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
		"POST", 413)
	l.leavesUnread(t, posting+"Expect: 100-continue\r\nExpect: x\r\nContent-Length: 2\r\n\r\n{}",
		"POST", 417)
	l.leavesUnread(t, posting+"Expect: 100-continue\r\nContent-Length: 2\r\n"+coded+"\r\n0\r\n\r\n",
		"POST", 400)
}
