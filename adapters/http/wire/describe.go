package wire

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// RequestID is a header of every answer.
const RequestID = "X-Request-ID"

// ExampleID is the id of an order.
const ExampleID = "ord_k2jh7yq4mz5vxw3n6tbacdefgh"

// ExampleTime is a timestamp.
const ExampleTime = "2026-11-22T13:44:48.202Z"

// The formats of numbers. Without one, some generators of clients make single precision of a
// number, which changes amounts. An integer is of 32 bits where the domain bounds it.
const (
	Double = "double"
	Int32  = "int32"
	Int64  = "int64"
)

// Text describes any text.
func Text() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

// printable is a text without control characters (Unicode's category Cc).
const printable = `^[^\x00-\x1f\x7f-\x9f]*$`

// TextUpTo describes a text of at most limit characters, none of them a control character.
func TextUpTo(limit int) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, MaxLength: new(limit), Pattern: printable}
}

// Name describes a text that names something.
func Name() *huma.Schema {
	s := TextUpTo(order.TextMax)
	s.MinLength = new(1)
	return s
}

// Enum describes a text that is one of values.
func Enum[T ~string](values []T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// Parameter refers to a parameter among the components of the API's document.
func Parameter(name string) *huma.Param {
	return &huma.Param{Ref: "#/components/parameters/" + name}
}

// Response describes an answer with headers from the components of the API's document.
func Response(text string, with ...string) *huma.Response {
	r := &huma.Response{Description: text, Headers: map[string]*huma.Header{}}
	for _, name := range append(with, RequestID) {
		r.Headers[name] = &huma.Header{Ref: "#/components/headers/" + name}
	}
	return r
}

// Get describes a GET with its successful answer, and problems with the statuses.
func Get(path, id, summary string, success *huma.Response, statuses ...int) huma.Operation {
	responses := Problems(statuses...)
	responses["200"] = success
	return huma.Operation{
		Method: "GET", Path: path, OperationID: id, Summary: summary,
		Tags:       []string{"queries"},
		Parameters: []*huma.Param{Parameter("RequestId")},
		Responses:  responses,
	}
}

// CommonHeaders are headers that any answer may have.
var CommonHeaders = map[string]*huma.Header{
	RequestID: {
		Description: "The request's id: the client's, or a new one.",
		Schema:      Text(), Example: "req-42",
	},
	"Retry-After": {
		Description: "Seconds to wait before asking again.", Example: 1,
		Schema: &huma.Schema{Type: huma.TypeInteger, Format: Int32, Minimum: new(1.0)},
	},
}

// CommonParameters are parameters that every operation takes.
var CommonParameters = map[string]*huma.Param{
	"RequestId": {
		Name: RequestID, In: "header", Example: "req-42", Schema: Text(),
		Description: "Returned in the answer. Replaced by a new one unless it is 1 to 128 " +
			"visible ASCII characters.",
	},
}
