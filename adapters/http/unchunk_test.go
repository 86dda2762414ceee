package http_test

import (
	"bufio"
	"io"
	nethttp "net/http"
	"strings"
	"testing"
	"time"
)

// Who asks by HTTP/1.0 gets no chunks, whatever is asked for.
func TestNoChunksForHTTP10(t *testing.T) {
	l := listen(t, nil)
	id := l.order(t)
	for _, path := range []string{
		"/", "/docs", "/openapi.json", "/livez", "/readyz", "/nowhere", show, show + "/" + id,
		show + "/" + id + "/history",
	} {
		a := l.exchange(t, "GET "+path+" HTTP/1.0\r\n\r\n", "GET")[0]
		if len(a.TransferEncoding) > 0 || !a.Close || a.ContentLength != int64(len(a.text)) {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}

// To HTTP/1.0 a stream goes as it is, and ends with its connection.
func TestAStreamForHTTP10(t *testing.T) {
	l := streaming(t)
	id := l.order(t)
	for _, path := range []string{show + "/" + id + "/stream", show + "/stream"} {
		for _, line := range []string{"", "Connection: keep-alive\r\n"} {
			c := l.dial(t, "GET "+path+" HTTP/1.0\r\n"+line+"\r\n"+getting+"\r\n")
			_ = c.SetReadDeadline(time.Now().Add(patience))
			res, err := nethttp.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != 200 || len(res.TransferEncoding) > 0 || !res.Close ||
				res.ContentLength != -1 || res.Header.Get("X-Request-ID") == "" {
				t.Errorf("%s: %v", path, res)
			}
			defer res.Body.Close()
			text := bufio.NewReader(res.Body)
			for _, want := range []string{"retry: 2000\n", ": this is the beginning\n"} {
				if got, err := text.ReadString('\n'); got != want {
					t.Fatalf("%s: %q, %v, want %q", path, got, err, want)
				}
			}
			_ = c.Close()
		}
	}
	c := l.dial(t, "GET "+show+"/stream HTTP/1.0\r\n\r\n")
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := l.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(c); err != nil || strings.Contains(string(rest), "\r\n0\r\n") {
		t.Errorf("at the end: %q, %v", rest, err)
	}
}
