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
	getting = "GET /livez HTTP/1.1\r\nHost: x\r\n"
	posting = "POST /commands/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	coded   = "Transfer-Encoding: chunked\r\n"
)

var unreads = []unread{
	{"both lengths", posting + "Content-Length: 5\r\n" + coded + "\r\n0\r\n\r\n", 0},
	{"both lengths, in the other order", posting + coded + "Content-Length: 5\r\n\r\n0\r\n\r\n", 0},
	{"both, with a length of 0", getting + "content-length:0\r\n" + coded + "\r\n0\r\n\r\n", 0},
	{"two codings", posting + coded + coded + "\r\n0\r\n\r\n", 0},
	{"two codings in a line", posting + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 0},
	{"gzip", posting + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 0},
	{"gzip behind chunked", posting + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 0},
	{"identity", posting + "Transfer-Encoding: identity\r\n\r\n", 0},
	{"an empty coding", posting + "Transfer-Encoding:\r\n\r\n", 0},
	{"a quoted coding", posting + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 0},
	{"a coding with VT", posting + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 0},
	{"a coding with a comma", posting + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 0},
	{"a coding in HTTP/1.0", "POST / HTTP/1.0\r\n" + coded + "\r\n0\r\n\r\n", 0},

	{"two lengths", posting + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 0},
	{"a length twice", posting + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 0},
	{"two lengths in a line", posting + "Content-Length: 2, 2\r\n\r\n{}", 0},
	{"a length with +", posting + "Content-Length: +2\r\n\r\n{}", 0},
	{"a negative length", posting + "Content-Length: -2\r\n\r\n", 0},
	{"a hexadecimal length", posting + "Content-Length: 0x2\r\n\r\n{}", 0},
	{"a length with a blank", posting + "Content-Length: 1 0\r\n\r\n{}", 0},
	{"a length with a point", posting + "Content-Length: 2.0\r\n\r\n{}", 0},
	{"an empty length", posting + "Content-Length:\r\n\r\n", 0},
	{"a length of letters", posting + "Content-Length: two\r\n\r\n{}", 0},
	{"a length beyond 64 bits", posting + "Content-Length: 18446744073709551618\r\n\r\n{}", 0},
	{"a length beyond the limit", posting + "Content-Length: 9223372036854775807\r\n\r\n{}", 413},

	{"a blank before the colon", posting + "Content-Length : 2\r\n\r\n{}", 0},
	{"a tab before the colon", posting + "Content-Length\t: 2\r\n\r\n{}", 0},
	{"a blank before Host's colon", "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n", 0},
	{"a blank before any colon", getting + "Accept : */*\r\n\r\n", 0},
	{"a blank in a name", getting + "A b: c\r\n\r\n", 0},
	{"a folded line", getting + "A: b\r\n c\r\n\r\n", 0},
	{"a line folded by a tab", getting + "A: b\r\n\tContent-Length: 5\r\n\r\n", 0},
	{"a folded first line", "GET /livez HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n", 0},
	{"no name", getting + ": b\r\n\r\n", 0},
	{"no colon", getting + "nonsense\r\n\r\n", 0},
	{"the word timeout", getting + "A timeout: b\r\n\r\n", 0},
	{"NUL in a value", getting + "A: b\x00\r\n\r\n", 0},
	{"NUL in a name", getting + "A\x00: b\r\n\r\n", 0},
	{"a control character in a value", getting + "A: b\x01c\r\n\r\n", 0},
	{"DEL in a value", getting + "A: \x7f\r\n\r\n", 0},
	{"a letter beyond ASCII in a name", getting + "\xc3\xa4: b\r\n\r\n", 0},
	{"bare LF behind a header", getting + "A: b\n\r\n", 0},
	{"bare LF behind the request line", "GET /livez HTTP/1.1\nHost: x\r\n\r\n", 0},
	{"bare LF as the end", getting + "\n", 0},
	{"bare LF before it all", "\n" + getting + "\r\n", 0},
	{"bare CR in a value", getting + "A: b\rContent-Length: 5\r\n\r\n", 0},
	{"two CR", getting + "A: b\r\r\n\r\n", 0},

	{"a blank behind the size of a chunk", posting + coded + "\r\n2 \r\n{}\r\n0\r\n\r\n", 0},
	{"a blank before it", posting + coded + "\r\n 2\r\n{}\r\n0\r\n\r\n", 0},
	{"a blank before an extension", posting + coded + "\r\n2 ;a=b\r\n{}\r\n0\r\n\r\n", 0},
	{"a tab behind the last size", posting + coded + "\r\n2\r\n{}\r\n0\t\r\n\r\n", 0},
	{"a size with +", posting + coded + "\r\n+2\r\n{}\r\n0\r\n\r\n", 0},
	{"a negative size", posting + coded + "\r\n-2\r\n{}\r\n0\r\n\r\n", 0},
	{"a size with 0x", posting + coded + "\r\n0x2\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of no digits", posting + coded + "\r\n\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of another letter", posting + coded + "\r\n2g\r\n{}\r\n0\r\n\r\n", 0},
	{"a size beyond 64 bits", posting + coded + "\r\n10000000000000002\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of nothing but an extension", posting + coded + "\r\n;a\r\n{}\r\n0\r\n\r\n", 0},
	{"a chunk that is longer", posting + coded + "\r\n1\r\n{}\r\n0\r\n\r\n", 0},
	{"a chunk that does not end", posting + coded + "\r\n2\r\n{}0\r\n\r\n", 0},
	{"a chunk that ends with bare LF", posting + coded + "\r\n2\r\n{}\n0\r\n\r\n", 0},
	{"a size that ends with bare LF", posting + coded + "\r\n2\n{}\r\n0\r\n\r\n", 0},
	{"bare LF in an extension", posting + coded + "\r\n2;a\n{}\r\n0\r\n\r\n", 0},
	{"an endless extension", posting + coded + "\r\n2;" + strings.Repeat("a", 5000) +
		"\r\n{}\r\n0\r\n\r\n", 0},
	{"a size of zeros without end", posting + coded + "\r\n" + strings.Repeat("0", 5000) +
		"2\r\n{}\r\n0\r\n\r\n", 0},
	{"a size beyond the limit", posting + coded + "\r\n7fffffff\r\n{}\r\n0\r\n\r\n", 413},
	{"a trailer with a blank", posting + coded + "\r\n2\r\n{}\r\n0\r\nA : b\r\n\r\n", 0},
	{"a trailer that is folded", posting + coded + "\r\n2\r\n{}\r\n0\r\nA: b\r\n c\r\n\r\n", 0},
	{"trailers that end with bare LF", posting + coded + "\r\n2\r\n{}\r\n0\r\n\n", 0},

	{"no Host", "GET /livez HTTP/1.1\r\n\r\n", 0},
	{"two Hosts", getting + "Host: x\r\n\r\n", 0},
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
	{"two empty lines before it", "\r\n\r\n" + getting + "\r\n", 0},

	{"two types", posting + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 0},
	{"another expectation", posting + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}", 417},
	{"two expectations", posting + "Expect: 100-continue, x\r\nContent-Length: 2\r\n\r\n{}", 417},
}

// smuggled creates an order wherever it is run.
var smuggled = fmt.Sprintf("%sContent-Length: %d\r\nConnection: close\r\n\r\n%s",
	posting, len(mouse), mouse)

// exchange sends text as it stands and returns all answers, the interim ones too.
func (l *listener) exchange(t *testing.T, text, method string) (all []answer) {
	t.Helper()
	c := l.dial(t, text)
	defer c.Close()
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
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
			all := l.exchange(t, getting+"\r\n"+tt.request+smuggled, "GET")
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
		show + "/x/history", show + "/x/stream", "/nowhere",
	}
	for _, method := range methods {
		for _, path := range paths {
			for _, rest := range []string{
				"Content-Length: 4\r\n" + coded + "\r\n0\r\n\r\n", coded + coded + "\r\n0\r\n\r\n",
				"Content-Length : 2\r\n\r\n{}", coded + "\r\n0 \r\n\r\n",
			} {
				line := method + " " + path + " HTTP/1.1\r\n"
				l.leavesUnread(t, line+"Host: x\r\n"+rest, method, 400)
				l.leavesUnread(t, line+rest, method, 400)
			}
		}
	}
}
