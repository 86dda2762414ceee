package http

import (
	"bytes"
	"io"
	"net"

	"github.com/valyala/fasthttp"
)

// unchunk sees to it that no HTTP/1.0 client gets chunks, which it does not know: where the
// length of an answer is not known, it ends with its connection.
func unchunk(c *fasthttp.RequestCtx) {
	answer := &c.Response
	if c.Request.Header.IsHTTP11() || !answer.IsBodyStream() || answer.Header.ContentLength() >= 0 {
		return
	}
	answer.Header.Del(fasthttp.HeaderTransferEncoding)
	answer.Header.SetConnectionClose()
	head, body := bytes.Clone(answer.Header.Header()), answer.BodyStream()
	if c.IsHead() {
		body = bytes.NewReader(nil)
	}
	c.HijackSetNoResponse(true)
	c.Hijack(func(to net.Conn) {
		defer func() { _ = answer.CloseBodyStream() }()
		if _, err := to.Write(head); err == nil {
			_, _ = io.Copy(to, body)
		}
	})
}
