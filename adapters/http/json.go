package http

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"orders/domain/order"
	"orders/ports/budget"
)

// decode reads the request's body into v, a pointer to a struct. It is strict: names are exact
// and come once, text is UTF-8, nothing follows the object. Unknown names are ignored.
// Without a body v stays as it is, unless one is required.
func decode(c *fiber.Ctx, required bool, v any) error {
	if len(c.Request().Header.ContentEncoding()) > 0 {
		return fiber.NewError(fiber.StatusUnsupportedMediaType) // Never unpack what may explode.
	}
	body := bytes.TrimLeft(c.Request().Body(), " \t\r\n")
	contentType := c.Request().Header.ContentType()
	if len(body) == 0 && !required {
		return nil
	}
	if len(contentType) > 0 && !isJSON(contentType) {
		return fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	if len(body) == 0 {
		return malformed("the body is empty")
	}
	if len(contentType) == 0 && required {
		return fiber.NewError(fiber.StatusUnsupportedMediaType)
	}
	if err := budget.TakeAnswer(c.UserContext(), len(body)); err != nil {
		return err // What it says is held in several shapes until it is recorded.
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

func malformed(message string) error {
	return invalid("malformed-json", message, issue{[]any{}, message})
}

func wrongType(path []any, want typeError) error {
	detail := "the body " + want.Error()
	if len(path) > 0 {
		detail = fmt.Sprintf("%v %s", path[len(path)-1], want)
	}
	return invalid(order.ErrInvalid.Code, detail, issue{path, want.Error()})
}

// undecodable explains an error of the decoder, without its words about Go.
func undecodable(err error) error {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		return invalid("malformed-json", "a name comes twice in an object",
			issue{path(syntactic.JSONPointer), "must come only once"})
	case errors.As(err, &syntactic):
		return invalid("malformed-json", "the body is not JSON: "+syntactic.Err.Error(),
			issue{path(syntactic.JSONPointer), syntactic.Err.Error()})
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

// The longest path that is echoed, as a client may nest deeply and use long names.
const (
	pathMax = 20  // Names and indexes.
	nameMax = 100 // Characters of each.
)

// path spells a JSON pointer as issues do. No name of ours is a number.
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
