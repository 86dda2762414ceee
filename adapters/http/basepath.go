package http

import (
	"bytes"

	"github.com/danielgtaylor/huma/v2"
	"github.com/valyala/fasthttp"
)

// A basePath stands before the API's paths as clients see them; it may be empty.
type basePath string

// strip takes the base path off the path of a request. So a proxy may strip it or pass it on, and
// clients may follow links without a proxy. Below the base path the server serves nothing for
// operators: a proxy that keeps it private has to block few paths only.
func (b basePath) strip(c *fasthttp.RequestCtx) {
	if b == "" {
		return
	}
	uri := c.URI()
	if inside := bytes.TrimPrefix(uri.Path(), []byte(b)); isAdmin(inside) {
		return
	}
	rest, found := bytes.CutPrefix(uri.PathOriginal(), []byte(b))
	if !found || len(rest) > 0 && rest[0] != '/' {
		return
	}
	target := append([]byte("/"), bytes.TrimPrefix(rest, []byte("/"))...)
	if query := uri.QueryString(); len(query) > 0 {
		target = append(append(target, '?'), query...)
	}
	c.Request.SetRequestURIBytes(target)
}

// adminAtRoot documents that.
func adminAtRoot(o *huma.OpenAPI, op *huma.Operation) {
	if isAdmin([]byte(op.Path)) && o.Servers[0].URL != "/" {
		op.Servers = []*huma.Server{{URL: "/"}}
	}
}

// isAdmin reports whether a path is for operators: one of these, or below it. Routes ignore case.
func isAdmin(path []byte) bool {
	for _, root := range []string{"/admin", "/debug", metricsPath} {
		n := len(root)
		if len(path) >= n && bytes.EqualFold(path[:n], []byte(root)) &&
			(len(path) == n || path[n] == '/') {
			return true
		}
	}
	return false
}
