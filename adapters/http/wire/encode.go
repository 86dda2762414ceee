package wire

import (
	"io"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/valyala/fasthttp"

	"orders/ports/budget"
)

// An appender writes itself as JSON, in a fifth of the time that the encoder takes. Only the
// busiest answers do.
type appender interface {
	AppendTo(b []byte) []byte
}

// An encoded answer has its JSON already.
type encoded interface {
	Encoded() []byte
}

func Encode(w io.Writer, v any) error {
	switch answer := v.(type) {
	case encoded:
		return send(w, answer.Encoded())
	case appender:
		kept := buffers.Get().(*[]byte)
		b := answer.AppendTo((*kept)[:0])
		if len(b) > CopiedMax {
			return send(w, b)
		}
		_, err := w.Write(b)
		*kept = b
		buffers.Put(kept)
		return err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return send(w, b)
}

// send writes b, or hands it over when it is large. The caller must not use b afterwards.
func send(w io.Writer, b []byte) error {
	if c, ok := w.(*fasthttp.RequestCtx); ok && len(b) > CopiedMax {
		c.Response.SetBodyRaw(b)
		return nil
	}
	_, err := w.Write(b)
	Reuse(b)
	return err
}

const (
	// CopiedMax is how many bytes an answer has, at most, that is copied into a buffer of its
	// connection, which keeps that. Larger ones are handed over, and held until they are sent.
	CopiedMax = budget.UncountedMax
	// BufferMax is the largest buffer that is kept for other answers; a usual list has room in it.
	BufferMax = 64 << 10
)

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// NewBuffer returns an empty buffer, which may have been another answer's.
func NewBuffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

// Reuse keeps a buffer that nobody reads any more.
func Reuse(b []byte) {
	if cap(b) <= BufferMax {
		buffers.Put(&b)
	}
}
