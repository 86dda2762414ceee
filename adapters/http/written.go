package http

import (
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports/budget"
)

// A written answer writes itself as JSON, in a fifth of the time that the encoder takes. Only the
// busiest answers do.
type written interface {
	appendTo(b []byte) []byte
}

// A spelled answer has been written already.
type spelled interface {
	spelled() []byte
}

func encode(w io.Writer, v any) error {
	switch answer := v.(type) {
	case spelled:
		return send(w, answer.spelled())
	case written:
		kept := buffers.Get().(*[]byte)
		b := answer.appendTo((*kept)[:0])
		if len(b) > copiedMax {
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

// send writes b, or hands it over when it is large. In any case it is not the caller's any more.
func send(w io.Writer, b []byte) error {
	if c, ok := w.(*fasthttp.RequestCtx); ok && len(b) > copiedMax {
		c.Response.SetBodyRaw(b)
		return nil
	}
	_, err := w.Write(b)
	reuse(b)
	return err
}

const (
	// copiedMax is how many bytes an answer has, at most, that is copied into a buffer of its
	// connection, which keeps that. Larger ones are handed over, and held until they are sent.
	copiedMax = budget.Untaken
	// bufferMax is the largest buffer that is kept for other answers; a usual list has room in it.
	bufferMax = 64 << 10
)

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// newBuffer returns an empty buffer, which may have been another answer's.
func newBuffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

// reuse keeps a buffer that nobody reads any more.
func reuse(b []byte) {
	if cap(b) <= bufferMax {
		buffers.Put(&b)
	}
}

// What follows appends parts of a JSON object to b. A name is of letters, and text valid UTF-8.

// next begins another member of an object, or element of a list.
func next(b []byte) []byte {
	if last := b[len(b)-1]; last == '{' || last == '[' {
		return b
	}
	return append(b, ',')
}

func appendName(b []byte, name string) []byte {
	return append(append(append(next(b), '"'), name...), `":`...)
}

func appendText[T ~string](b []byte, name string, text T) []byte {
	return appendQuoted(appendName(b, name), string(text))
}

func appendQuoted(b []byte, text string) []byte {
	b, _ = jsontext.AppendQuote(b, text)
	return b
}

func appendNumber(b []byte, name string, n int) []byte {
	return strconv.AppendInt(appendName(b, name), int64(n), 10)
}

func appendBool(b []byte, name string, is bool) []byte {
	return strconv.AppendBool(appendName(b, name), is)
}

func appendAmount(b []byte, name string, m order.Money) []byte {
	return wire.Amount(m).Append(appendName(b, name))
}

func appendMoment(b []byte, name string, t time.Time) []byte {
	return wire.Moment(t).Append(appendName(b, name))
}

func appendList[T any](
	b []byte, name string, all []T, appendOne func([]byte, T) []byte,
) []byte {
	return appendAll(appendName(b, name), all, appendOne)
}

// encodeAll writes a list of an answer that is not written by hand otherwise.
func encodeAll[T any](
	e *jsontext.Encoder, all []T, appendOne func([]byte, T) []byte,
) error {
	b := appendAll(newBuffer(), all, appendOne)
	defer reuse(b)
	return e.WriteValue(b)
}

func appendAll[T any](b []byte, all []T, appendOne func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for _, each := range all {
		b = appendOne(next(b), each)
	}
	return append(b, ']')
}
