package http

import (
	"time"

	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// An Observer sees what is answered. It may be zero.
type Observer struct {
	Answered func(Answered) // Is told of each answer; nil for nobody.
	// Metrics returns the text of /metrics in a format that accept lists; nil for nobody.
	Metrics func(accept string) (contentType string, text []byte, err error)
	Tracer  Tracer // Follows requests; nil if nobody does.
}

// An Answered is a request with its answer. All texts but that of the trace are the service's own.
type Answered struct {
	Operation string // As app/access names it.
	Status    int
	Code      string        // Of the problem; empty without one.
	Took      time.Duration // Of a stream, until it began.
	TraceID   string        // That stands for the request; empty for none.
}

// observe tells the observer what was answered.
func (s *Server) observe(c *fasthttp.RequestCtx, r wire.Request, took time.Duration) {
	if s.observer.Answered == nil {
		return
	}
	s.observer.Answered(Answered{
		Operation: operationOf(c), Status: c.Response.StatusCode(), Code: wire.LineOf(c).Code(),
		Took: took, TraceID: wire.LineOf(c).Exemplar(r),
	})
}

type operationKey struct{}

// operationOf is the operation of the route of c. What has no route asks for nothing that the API
// has.
func operationOf(c *fasthttp.RequestCtx) string {
	if operation, has := c.UserValue(operationKey{}).(string); has {
		return operation
	}
	return access.Elsewhere
}

// OpenStreams is how many streams are open, by operation.
func (s *Server) OpenStreams() map[string]int { return s.rooms.streams.Open() }
