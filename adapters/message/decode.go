package message

import (
	"bytes"
	"errors"
	"reflect"

	"github.com/go-json-experiment/json"

	"orders/domain/order"
)

// Decode reads a body. It is strict: names are known, case-sensitive and unique, text is UTF-8, and
// nothing follows the object. A body without fields may be empty. An error is an *order.Error that
// names every unknown name, or else the first invalid value. The parameters are what the message
// has besides the body; an issue says so of a name like theirs.
func Decode[W Body](text []byte, parameters ...string) (body W, err error) {
	_, err = decode(text, &body, Required[W](), rules{true, parameters})
	return body, err
}

// DecodeTolerantly reads a body like Decode, but refuses an unknown name only if it was probably
// meant to be another, here or in another place. It returns the names that it ignored, in the form
// of items.color: each once, and only the first of very many.
func DecodeTolerantly[W Body](
	text []byte, parameters ...string,
) (body W, ignored []string, err error) {
	ignored, err = decode(text, &body, Required[W](), rules{false, parameters})
	return body, ignored, err
}

// decode reads text into body, a pointer to a struct. Hardly any text has unknown names, so it
// looks for them only after an error of the decoder.
func decode(text []byte, body any, required bool, r rules) (ignored []string, err error) {
	text = bytes.TrimLeft(text, " \t\r\n")
	switch {
	case len(text) == 0 && !required:
		return nil, nil
	case len(text) == 0:
		return nil, malformed("the body is empty", "the body is empty", []any{})
	}
	if err := checkNames(text); err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, body, json.RejectUnknownMembers(true))
	if err == nil {
		return nil, checkObject(text)
	}
	if errors.Is(err, json.ErrUnknownName) {
		reflect.ValueOf(body).Elem().SetZero()
		err = json.Unmarshal(text, body)
	}
	if err = undecodable(text, err); errors.Is(err, &order.Error{Code: CodeMalformed}) {
		return nil, err
	}
	names := unknownNames(text, reflect.TypeOf(body).Elem(), r)
	return names.ignored, names.refusal(err)
}

func checkObject(text []byte) error {
	if text[0] != '{' {
		return wrongType([]any{}, "an object")
	}
	return nil
}
