package http_test

import (
	"bufio"
	"fmt"
	"net"
	nethttp "net/http"
	"testing"

	"orders/app/access"
)

// A bearer is somebody who asks, and the scopes of the token.
type bearer struct {
	name, header string
	scopes       []access.Scope // Nil without an accepted token.
}

func bearers() []bearer {
	with := func(name string, scopes ...access.Scope) bearer {
		named := make([]string, len(scopes))
		for i, s := range scopes {
			named[i] = string(s)
		}
		return bearer{name, "Authorization: Bearer " + tokenOf("U", named...), append(scopes,
			access.AnyToken)}
	}
	return []bearer{
		{"nobody", "X: y", nil},
		{"another scheme", "Authorization: Basic dTp1", nil},
		{"foreign", "Authorization: Bearer a.b.c", nil},
		{"expired", "Authorization: Bearer " + tokenOf("expired", "orders:manage",
			"orders:admin"), nil},
		with("without a scope"),
		with("reader", access.Read),
		with("writer", access.Read, access.Write),
		with("manager", access.Read, access.Write, access.Manage),
		with("admin", access.Admin),
		with("everything", access.Read, access.Write, access.Manage, access.Admin),
	}
}

// A raw client asks on one connection, as long as that lasts.
type rawClient struct {
	address string
	conn    net.Conn
	r       *bufio.Reader
}

// status asks, and does not wait for the end of a stream.
func (c *rawClient) status(t *testing.T, method, target, header string) int {
	t.Helper()
	if c.conn == nil {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		c.conn, c.r = conn, bufio.NewReader(conn)
	}
	fmt.Fprintf(c.conn, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n", method, target, header)
	res, err := nethttp.ReadResponse(c.r, &nethttp.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	if res.Close || res.Header.Get("Content-Type") == "text/event-stream" {
		_ = c.conn.Close()
		c.conn = nil
		return res.StatusCode
	}
	_ = res.Body.Close()
	return res.StatusCode
}
