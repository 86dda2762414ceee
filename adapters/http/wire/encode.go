package wire

import (
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/valyala/fasthttp"

	"orders/domain/order"
	"orders/ports/budget"
)

// An appender appends itself as JSON, in a fifth of the time that the encoder takes. Only the most
// frequent answers do so.
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

// send writes b, or hands over b itself when it is large. The caller must not use b afterwards.
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
	// CopiedMax is how many bytes of an answer, at most, are copied into a buffer that its
	// connection keeps. A larger answer is handed over, and held until it is sent.
	CopiedMax = budget.UncountedMax
	// BufferMax is the largest buffer that is kept for other answers. A usual list fits in it.
	BufferMax = 64 << 10
)

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// NewBuffer returns an empty buffer, which may have been another answer's.
func NewBuffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

// Reuse keeps a buffer that nobody reads any longer.
func Reuse(b []byte) {
	if cap(b) <= BufferMax {
		buffers.Put(&b)
	}
}

// The functions below append members of a JSON object to b. A name has only letters, and a text is
// valid UTF-8.

// next begins another member of an object, or element of a list.
func next(b []byte) []byte {
	if last := b[len(b)-1]; last == '{' || last == '[' {
		return b
	}
	return append(b, ',')
}

func AppendName(b []byte, name string) []byte {
	return append(append(append(next(b), '"'), name...), `":`...)
}

func AppendText[T ~string](b []byte, name string, text T) []byte {
	return AppendQuoted(AppendName(b, name), string(text))
}

func AppendQuoted(b []byte, text string) []byte {
	b, _ = jsontext.AppendQuote(b, text)
	return b
}

func AppendNumber(b []byte, name string, n int) []byte {
	return strconv.AppendInt(AppendName(b, name), int64(n), 10)
}

func AppendBool(b []byte, name string, is bool) []byte {
	return strconv.AppendBool(AppendName(b, name), is)
}

func AppendAmount(b []byte, name string, m order.Money) []byte {
	return m.Append(AppendName(b, name))
}

func AppendTimestamp(b []byte, name string, t time.Time) []byte {
	return Timestamp(t).Append(AppendName(b, name))
}

func AppendList[T any](
	b []byte, name string, all []T, appendOne func([]byte, T) []byte,
) []byte {
	b = append(AppendName(b, name), '[')
	for _, each := range all {
		b = appendOne(next(b), each)
	}
	return append(b, ']')
}
