package http

import (
	"errors"
	"slices"

	"github.com/valyala/fasthttp"
)

// errBodyWelcome ends the rehearsal of a request that would be let in.
var errBodyWelcome = errors.New("the client may send the body")

// rehearse finds out whether c would be let in, before its client sends the body. If not, c has its
// answer.
func (s *Server) rehearse(c *fasthttp.RequestCtx) (welcome bool) {
	if s.gate.authenticator == nil {
		return true
	}
	asked := slices.Clone(c.Request.Header.RequestURI())
	v := &visit{rehearsal: true}
	c.SetUserValue(visitKey{}, v)
	s.handle(c)
	if v.admitted == "" {
		return false
	}
	// Nobody asks who it is again, and its span goes on.
	c.SetUserValue(visitKey{}, &visit{admitted: v.admitted, span: v.span})
	c.Request.SetRequestURIBytes(asked)
	return true
}
