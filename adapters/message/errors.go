package message

import (
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// CodeMalformed is the code of a body that is not strict JSON.
const CodeMalformed = "malformed-json"

func malformed(text, message string, path []any) error {
	return &order.Error{
		Kind: order.Invalid, Code: CodeMalformed, Message: text,
		Issues: []order.Issue{{Path: path, Message: message}},
	}
}

// invalidBody refuses a body with at least one issue.
func invalidBody(issues ...order.Issue) error {
	return &order.Error{
		Kind: order.Invalid, Code: order.ErrInvalid.Code, Issues: issues,
		Message: subject(issues[0].Path) + " " + issues[0].Message,
	}
}

func wrongType(path []any, want typeError) error {
	return invalidBody(order.Issue{Path: path, Message: want.Error()})
}

// undecodable explains an error of the decoder without mentioning Go.
func undecodable(text []byte, err error) error {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		return malformed("an object has the same name twice", "must be given only once",
			pathIn(text, syntactic.JSONPointer, syntactic.ByteOffset))
	case errors.As(err, &syntactic):
		what := unreadable(syntactic.Err)
		return malformed("the body is not JSON: "+what, what,
			pathIn(text, syntactic.JSONPointer, syntactic.ByteOffset))
	case errors.As(err, &semantic):
		return wrongType(pathIn(text, semantic.JSONPointer, semantic.ByteOffset),
			expected(semantic))
	}
	return err
}

// A typeError names the JSON type that a value should have had.
type typeError string

func (e typeError) Error() string { return "must be " + string(e) }

func expected(e *json.SemanticError) typeError {
	var ours typeError
	switch {
	case errors.As(e, &ours):
		return ours
	case e.GoType != nil && e.GoType.Kind() == reflect.Slice:
		return "a list"
	}
	return "an object"
}

// unreadable is the text of an error of syntax. It does not repeat the text after a wrong escape
// sequence, as the decoder does, and speaks of the body without terms of the decoder.
func unreadable(err error) string {
	switch text := err.Error(); {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the text ends too early"
	case strings.HasPrefix(text, "invalid surrogate pair"):
		return "a string is not valid Unicode"
	case strings.HasPrefix(text, "invalid escape sequence"):
		return "a string has an invalid escape sequence"
	default:
		return strings.Replace(text, "after top-level value", "after the end", 1)
	}
}
