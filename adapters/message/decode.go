package message

import (
	"bytes"

	"github.com/go-json-experiment/json"
)

// Decode reads a body into v, a pointer to a struct. It is strict: names are case-sensitive and
// unique, text is UTF-8, and nothing follows the object. Unknown names are ignored. An error is an
// *order.Error that names the invalid value.
func Decode(body []byte, v any) error {
	body = bytes.TrimLeft(body, " \t\r\n")
	if len(body) == 0 {
		return malformed("the body is empty", "the body is empty", []any{})
	}
	if err := checkNames(body); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return undecodable(err)
	}
	if body[0] != '{' {
		return wrongType([]any{}, "an object")
	}
	return nil
}
