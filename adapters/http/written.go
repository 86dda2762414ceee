package http

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

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
