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
	return invalidBody(CodeMalformed, text, order.Issue{Path: path, Message: message})
}

func invalidBody(code, text string, issue order.Issue) error {
	return &order.Error{
		Kind: order.Invalid, Code: code, Message: text, Issues: []order.Issue{issue},
	}
}

func wrongType(path []any, want typeError) error {
	detail := "the body " + want.Error()
	if len(path) > 0 {
		detail = fmt.Sprintf("%v %s", path[len(path)-1], want)
	}
	issue := order.Issue{Path: path, Message: want.Error()}
	return invalidBody(order.ErrInvalid.Code, detail, issue)
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

// The limits of a path in an answer, as a client may nest deeply and use long names.
const (
	pathMax = 20  // Names and indexes.
	nameMax = 100 // Characters of each name.
)

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
		found = append(found, fmt.Sprintf("%.*s", nameMax, token))
	}
	return found
}
