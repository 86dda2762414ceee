package http

import (
	"bytes"
	"io"
	"net"

	"github.com/valyala/fasthttp"
)

// unchunk keeps chunks from HTTP/1.0 clients, which do not know them. An answer of unknown length
// ends with its connection instead.
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
