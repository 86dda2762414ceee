package http

import (
	"bytes"

	"github.com/valyala/fasthttp"
)

// A basePath stands before the API's paths as clients see them; it may be empty.
type basePath string

// strip makes a request for a path below the base path one for the rest of it. So it makes
// no difference whether a proxy leaves the base path out, and clients may follow links without a
// proxy. What operators ask for is not served there: a proxy that keeps it inside need not know of
// two ways to it.
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

// isAdmin reports whether a path is one that operators ask for. Routes know no case.
func isAdmin(path []byte) bool {
	const admin = "/admin"
	return len(path) >= len(admin) && bytes.EqualFold(path[:len(admin)], []byte(admin)) &&
		(len(path) == len(admin) || path[len(admin)] == '/')
}
