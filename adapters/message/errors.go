package message

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"

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
	subject := any("the body")
	if path := issues[0].Path; len(path) > 0 {
		subject = path[len(path)-1]
	}
	return &order.Error{
		Kind: order.Invalid, Code: order.ErrInvalid.Code, Issues: issues,
		Message: fmt.Sprintf("%v %s", subject, issues[0].Message),
	}
}

func wrongType(path []any, want typeError) error {
	return invalidBody(order.Issue{Path: path, Message: want.Error()})
}

// undecodable explains an error of the decoder without mentioning Go.
func undecodable(err error) error {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		return malformed("an object has the same name twice", "must be given only once",
			path(syntactic.JSONPointer))
	case errors.As(err, &syntactic):
		return malformed("the body is not JSON: "+syntactic.Err.Error(), syntactic.Err.Error(),
			path(syntactic.JSONPointer))
	case errors.As(err, &semantic):
		return wrongType(path(semantic.JSONPointer), expected(semantic))
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

// pathMax is how many names and indexes a path in an answer has, as a client may nest deeply.
const pathMax = 20

// path returns a JSON pointer in the form of issues. No name in this API is a number.
func path(p jsontext.Pointer) []any {
	found := []any{}
	for token := range p.Tokens() {
		if len(found) == pathMax {
			break
		}
		if n, err := strconv.Atoi(token); err == nil {
			found = append(found, n)
			continue
		}
		found = append(found, Cut(token))
	}
	return found
}
