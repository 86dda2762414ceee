package http_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"testing"
	"time"
)

// An unread request is one of which a proxy and the server might make different ones. The bytes
// behind it are never run as a request.
type unread struct {
	why, request string
	status       int // 0 means 400.
}

const (
	get  = "GET /livez HTTP/1.1\r\nHost: x\r\n"
	post = "POST /commands/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	te   = "Transfer-Encoding: chunked\r\n"
)

var unreads = []unread{
	{"both lengths", post + "Content-Length: 5\r\n" + te + "\r\n0\r\n\r\n", 0},
	{"both lengths, in the other order", post + te + "Content-Length: 5\r\n\r\n0\r\n\r\n", 0},
	{"both, with a length of 0", get + "content-length:0\r\n" + te + "\r\n0\r\n\r\n", 0},
	{"two codings", post + te + te + "\r\n0\r\n\r\n", 0},
	{"two codings in a line", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 0},
	{"gzip", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 0},
	{"gzip behind chunked", post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 0},
	{"identity", post + "Transfer-Encoding: identity\r\n\r\n", 0},
	{"an empty coding", post + "Transfer-Encoding:\r\n\r\n", 0},
	{"a quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 0},
	{"a coding with VT", post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 0},
	{"a coding with a comma", post + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 0},
	{"a coding in HTTP/1.0", "POST / HTTP/1.0\r\n" + te + "\r\n0\r\n\r\n", 0},

	{"two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 0},
	{"a length twice", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 0},
	{"two lengths in a line", post + "Content-Length: 2, 2\r\n\r\n{}", 0},
	{"a length with +", post + "Content-Length: +2\r\n\r\n{}", 0},
	{"a negative length", post + "Content-Length: -2\r\n\r\n", 0},
	{"a hexadecimal length", post + "Content-Length: 0x2\r\n\r\n{}", 0},
	{"a length with a blank", post + "Content-Length: 1 0\r\n\r\n{}", 0},
	{"a length with a point", post + "Content-Length: 2.0\r\n\r\n{}", 0},
	{"an empty length", post + "Content-Length:\r\n\r\n", 0},
	{"a length of letters", post + "Content-Length: two\r\n\r\n{}", 0},
	{"a length beyond 64 bits", post + "Content-Length: 18446744073709551618\r\n\r\n{}", 0},
	{"a length beyond the limit", post + "Content-Length: 9223372036854775807\r\n\r\n{}", 413},

	{"a blank before the colon", post + "Content-Length : 2\r\n\r\n{}", 0},
	{"a tab before the colon", post + "Content-Length\t: 2\r\n\r\n{}", 0},
	{"a blank before Host's colon", "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n", 0},
	{"a blank before any colon", get + "Accept : */*\r\n\r\n", 0},
	{"a blank in a name", get + "A b: c\r\n\r\n", 0},
	{"a folded line", get + "A: b\r\n c\r\n\r\n", 0},
	{"a line folded by a tab", get + "A: b\r\n\tContent-Length: 5\r\n\r\n", 0},
	{"a folded first line", "GET /livez HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n", 0},
	{"no name", get + ": b\r\n\r\n", 0},
	{"no colon", get + "nonsense\r\n\r\n", 0},
	{"the word timeout", get + "A timeout: b\r\n\r\n", 0},
	{"NUL in a value", get + "A: b\x00\r\n\r\n", 0},
	{"NUL in a name", get + "A\x00: b\r\n\r\n", 0},
	{"a control character in a value", get + "A: b\x01c\r\n\r\n", 0},
	{"DEL in a value", get + "A: \x7f\r\n\r\n", 0},
	{"a letter beyond ASCII in a name", get + "\xc3\xa4: b\r\n\r\n", 0},
	{"bare LF behind a header", get + "A: b\n\r\n", 0},
	{"bare LF behind the request line", "GET /livez HTTP/1.1\nHost: x\r\n\r\n", 0},
	{"bare LF as the end", get + "\n", 0},
	{"bare LF before it all", "\n" + get + "\r\n", 0},
	{"bare CR in a value", get + "A: b\rContent-Length: 5\r\n\r\n", 0},
	{"two CR", get + "A: b\r\r\n\r\n", 0},

	{"a blank behind the size of a chunk", post + te + "\r\n2 \r\n{}\r\n0\r\n\r\n", 0},
	{"a blank before it", post + te + "\r\n 2\r\n{}\r\n0\r\n\r\n", 0},
	{"a blank before an extension", post + te + "\r\n2 ;a=b\r\n{}\r\n0\r\n\r\n", 0},
	{"a tab behind the last size", post + te + "\r\n2\r\n{}\r\n0\t\r\n\r\n", 0},
	{"a size with +", post + te + "\r\n+2\r\n{}\r\n0\r\n\r\n", 0},
	{"a negative size", post + te + "\r\n-2\r\n{}\r\n0\r\n\r\n", 0},
	{"a size with 0x", post + te + "\r\n0x2\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of no digits", post + te + "\r\n\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of another letter", post + te + "\r\n2g\r\n{}\r\n0\r\n\r\n", 0},
	{"a size beyond 64 bits", post + te + "\r\n10000000000000002\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of nothing but an extension", post + te + "\r\n;a\r\n{}\r\n0\r\n\r\n", 0},
	{"a chunk that is longer", post + te + "\r\n1\r\n{}\r\n0\r\n\r\n", 0},
	{"a chunk that does not end", post + te + "\r\n2\r\n{}0\r\n\r\n", 0},
	{"a chunk that ends with bare LF", post + te + "\r\n2\r\n{}\n0\r\n\r\n", 0},
	{"a size that ends with bare LF", post + te + "\r\n2\n{}\r\n0\r\n\r\n", 0},
	{"bare LF in an extension", post + te + "\r\n2;a\n{}\r\n0\r\n\r\n", 0},
	{"an endless extension", post + te + "\r\n2;" + strings.Repeat("a", 5000) +
		"\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of zeros without end", post + te + "\r\n" + strings.Repeat("0", 5000) +
		"2\r\n{}\r\n0\r\n\r\n", 0},
	{"a size beyond the limit", post + te + "\r\n7fffffff\r\n{}\r\n0\r\n\r\n", 413},
	{"a trailer with a blank", post + te + "\r\n2\r\n{}\r\n0\r\nA : b\r\n\r\n", 0},
	{"a trailer that is folded", post + te + "\r\n2\r\n{}\r\n0\r\nA: b\r\n c\r\n\r\n", 0},
	{"trailers that end with bare LF", post + te + "\r\n2\r\n{}\r\n0\r\n\n", 0},

	{"no Host", "GET /livez HTTP/1.1\r\n\r\n", 0},
	{"two Hosts", get + "Host: x\r\n\r\n", 0},
	{"two Hosts in HTTP/1.0", "GET /livez HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n", 0},
	{"an empty Host", "GET /livez HTTP/1.1\r\nHost:\r\n\r\n", 0},
	{"a Host of blanks", "GET /livez HTTP/1.1\r\nHost:  \t\r\n\r\n", 0},
	{"two names in Host", "GET /livez HTTP/1.1\r\nHost: x y\r\n\r\n", 0},
	{"a user in Host", "GET /livez HTTP/1.1\r\nHost: u@x\r\n\r\n", 0},
	{"a path in Host", "GET /livez HTTP/1.1\r\nHost: x/y\r\n\r\n", 0},
	{"a port of letters", "GET /livez HTTP/1.1\r\nHost: x:http\r\n\r\n", 0},
	{"a port beyond the last", "GET /livez HTTP/1.1\r\nHost: x:65536\r\n\r\n", 0},
	{"a Host of a port", "GET /livez HTTP/1.1\r\nHost: :80\r\n\r\n", 0},
	{"a Host that does not close", "GET /livez HTTP/1.1\r\nHost: [::1\r\n\r\n", 0},
	{"a whole URL without Host", "GET http://x/livez HTTP/1.1\r\n\r\n", 0},
	{"a whole URL without a host", "GET http:///livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a whole URL with a user", "GET http://u@x/livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"another scheme", "GET ftp://x/livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},

	{"HTTP/0.9", "GET /livez\r\n", 0},
	{"HTTP/0.9 by name", "GET /livez HTTP/0.9\r\nHost: x\r\n\r\n", 505},
	{"HTTP/1.2", "GET /livez HTTP/1.2\r\nHost: x\r\n\r\n", 505},
	{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
	{"small letters", "GET /livez http/1.1\r\nHost: x\r\n\r\n", 0},
	{"a version of more digits", "GET /livez HTTP/1.10\r\nHost: x\r\n\r\n", 0},
	{"no version", "GET /livez HTTP/\r\nHost: x\r\n\r\n", 0},
	{"two blanks", "GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"two blanks before the version", "GET /livez  HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a blank behind the version", "GET /livez HTTP/1.1 \r\nHost: x\r\n\r\n", 0},
	{"a blank before the method", " GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a tab", "GET\t/livez\tHTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a blank in the path", "GET /livez x HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a fragment", "GET /livez#a HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a control character in the path", "GET /livez\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a path without slash", "GET livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"an asterisk", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"a method with a parenthesis", "G(T /livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", 0},
	{"CONNECT to a path", "CONNECT /livez HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	{"TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", 0},
	{"two empty lines before it", "\r\n\r\n" + get + "\r\n", 0},

	{"two types", post + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 0},
	{"another expectation", post + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}", 417},
	{"two expectations", post + "Expect: 100-continue, x\r\nContent-Length: 2\r\n\r\n{}", 417},
}

// smuggled creates an order wherever it is run.
var smuggled = fmt.Sprintf("%sContent-Length: %d\r\nConnection: close\r\n\r\n%s",
	post, len(mouse), mouse)

// exchange sends text as it stands and returns all answers, the interim ones too.
func (l *listener) exchange(t *testing.T, text, method string) (all []answer) {
	t.Helper()
	c := l.dial(t, text)
	defer c.Close()
	if err := c.SetReadDeadline(time.Now().Add(3 * time.Second)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	for {
		if _, err := r.Peek(1); errors.Is(err, io.EOF) {
			return all
		}
		res, err := nethttp.ReadResponse(r, &nethttp.Request{Method: method})
		if err != nil {
			t.Fatalf("%.200q got %d answers, and then %v", text, len(all), err)
		}
		all = append(all, read(t, res))
	}
}

// leavesUnread wants one answer with the status, and nothing behind the request to be run.
func (l *listener) leavesUnread(t *testing.T, request, method string, status int) {
	t.Helper()
	l.log.forget()
	all := l.exchange(t, request+smuggled, method)
	if len(all) != 1 || all[0].StatusCode != status {
		t.Fatalf("%d answers, want one with %d: %v", len(all), status, all)
	}
	a := all[0]
	a.header(t, "Content-Type", "application/problem+json")
	if !a.Close {
		t.Error("the connection is to be used again")
	}
	if method != "HEAD" && (a.json["code"] == "" || a.json["status"] != float64(status)) {
		t.Errorf("the answer is %s", a.text)
	}
	lines := l.log.requests(t)
	if len(lines) != 1 || lines[0]["status"] != float64(status) ||
		lines[0]["requestId"] != a.Header.Get("X-Request-ID") || lines[0]["requestId"] == "" {
		t.Errorf("logged %v", lines)
	}
}

func TestNobodyCanReadARequestDifferently(t *testing.T) {
	l := listen(t, nil)
	for _, tt := range unreads {
		t.Run(tt.why, func(t *testing.T) {
			status := tt.status
			if status == 0 {
				status = 400
			}
			l.leavesUnread(t, tt.request, "GET", status)
			// And behind another request, of which the answer is not lost.
			all := l.exchange(t, get+"\r\n"+tt.request+smuggled, "GET")
			if len(all) != 2 || all[0].StatusCode != 200 || all[1].StatusCode != status {
				t.Errorf("behind another, the answers are %v", all)
			}
		})
	}
}

func TestNoMethodOrRouteReadsARequestDifferently(t *testing.T) {
	l := listen(t, nil)
	methods := []string{
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "REPORT",
	}
	paths := []string{
		"/", "/docs", "/openapi.json", "/livez", "/readyz", "/admin/projections", place,
		place + "/x/cancel", place + "/x/items", show, show + "/x", show + "/stream",
		show + "/x/history", show + "/x/stream", "/queries/users/u/summary", "/nowhere",
	}
	for _, method := range methods {
		for _, path := range paths {
			for _, rest := range []string{
				"Content-Length: 4\r\n" + te + "\r\n0\r\n\r\n", te + te + "\r\n0\r\n\r\n",
				"Content-Length : 2\r\n\r\n{}", te + "\r\n0 \r\n\r\n",
			} {
				line := method + " " + path + " HTTP/1.1\r\n"
				l.leavesUnread(t, line+"Host: x\r\n"+rest, method, 400)
				l.leavesUnread(t, line+rest, method, 400)
			}
		}
	}
}
