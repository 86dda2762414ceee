package http

import (
	"bytes"

	"github.com/valyala/fasthttp"
)

// below lets a request for a path below the base path be one for the rest of it, so that it makes
// no difference whether a proxy leaves the base path out, and clients may follow our links without
// a proxy.
func (s *Server) below(c *fasthttp.RequestCtx) {
	if s.config.BasePath == "" {
		return
	}
	c.SetUserValue(base, s.config.BasePath)
	uri := c.URI()
	rest, found := bytes.CutPrefix(uri.PathOriginal(), []byte(s.config.BasePath))
	if !found || len(rest) > 0 && rest[0] != '/' {
		return
	}
	target := append([]byte("/"), bytes.TrimPrefix(rest, []byte("/"))...)
	if query := uri.QueryString(); len(query) > 0 {
		target = append(append(target, '?'), query...)
	}
	c.Request.SetRequestURIBytes(target)
}
