package wire

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

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
	return Amount(m).Append(AppendName(b, name))
}

func AppendMoment(b []byte, name string, t time.Time) []byte {
	return Moment(t).Append(AppendName(b, name))
}

func AppendList[T any](
	b []byte, name string, all []T, appendOne func([]byte, T) []byte,
) []byte {
	return appendAll(AppendName(b, name), all, appendOne)
}

// EncodeAll writes a list of an answer that is not written by hand otherwise.
func EncodeAll[T any](
	e *jsontext.Encoder, all []T, appendOne func([]byte, T) []byte,
) error {
	b := appendAll(NewBuffer(), all, appendOne)
	defer Reuse(b)
	return e.WriteValue(b)
}

func appendAll[T any](b []byte, all []T, appendOne func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for _, each := range all {
		b = appendOne(next(b), each)
	}
	return append(b, ']')
}
