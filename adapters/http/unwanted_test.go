package http_test

import (
	"bufio"
	"fmt"
	"net"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
	"orders/ports/budget"
)

// unwanted are requests whose bodies nobody wants, with a token or without.
var unwanted = []struct {
	method, path string
	status       int // Where nobody needs a token.
}{
	{"GET", "/livez", 200},
	{"GET", "/health", 200},
	{"HEAD", "/docs", 200},
	{"GET", "/openapi.json", 200},
	{"OPTIONS", show, 204},
	{"OPTIONS", "/nothing", 404},
	{"GET", show, 200},
	{"PUT", show, 405},
	{"POST", show, 405},
	{"POST", "/nothing", 404},
	{"BREW", "/livez", 405},
}

// A body that nobody wants takes no memory and no time: the answer does not wait for it.
func TestABodyThatNobodyWantsIsNotReceived(t *testing.T) {
	manager, begun := tokenOf("ann", "orders:manage"), strings.Repeat(" ", 200<<10)
	for _, tokens := range []ports.Authenticator{nil, &tokens{}} {
		all := budget.New(1 << 20)
		s := startAs(t, http.Config{Address: "127.0.0.1:0"}, func(p *http.Parts) {
			p.Tokens, p.Budget = tokens, all
		})
		s.Started()
		l := serve(t, s)
		for _, tt := range unwanted {
			for _, body := range []string{
				"Content-Length: 1048576\r\n\r\n" + begun, inChunks + chunked(begun, 5000),
			} {
				c := l.dial(t, "")
				go func() {
					_, _ = fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: x\r\n"+
						"Authorization: Bearer %s\r\n%s", tt.method, tt.path, manager, body)
				}()
				a := answerTo(t, c, tt.method)
				a.is(t, tt.status)
				if !a.Close {
					t.Errorf("%s %s: the connection goes on", tt.method, tt.path)
				}
				l.until(t, "no byte is held", func() bool { return all.Used() == 0 })
			}
		}
	}
}

// answerTo reads the answer to a request with a method.
func answerTo(t *testing.T, c net.Conn, method string) answer {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	res, err := nethttp.ReadResponse(bufio.NewReader(c), &nethttp.Request{Method: method})
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return read(t, res)
}
