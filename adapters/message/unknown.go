package message

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// unknownMax is how many unknown names of a body are refused, and how many are ignored by name.
const unknownMax = 50

// UnknownName says in an issue that a name is none of the known ones, and which of these it may
// have been meant to be.
func UnknownName(name string, known []string) string {
	if meant := Similar(name, known); meant != "" {
		return fmt.Sprintf("is unknown; did you mean %s?", meant)
	}
	return "is unknown"
}

// An unknown name was given to a field of an object that has no such field.
type unknown struct {
	object []any // The path of the object.
	name   string
	known  []string // The fields of the object.
}

func (u unknown) isSimilar() bool { return Similar(u.name, u.known) != "" }

func (u unknown) issue() order.Issue {
	return order.Issue{
		Path: append(slices.Clone(u.object), Cut(u.name)), Message: UnknownName(u.name, u.known),
	}
}

// dotted is the path without the indexes of lists, such as items.color.
func (u unknown) dotted() (text string) {
	for _, step := range u.object {
		if name, is := step.(string); is {
			text += name + "."
		}
	}
	return text + Cut(u.name)
}

// Unknowns are the unknown names of a body.
type unknowns struct {
	refuses func(unknown) bool
	refused []order.Issue
	ignored []string // Each once.
}

// unknownNames finds the unknown names in text, which is to become a t. It passes over what the
// decoder passes over as well.
func unknownNames(text []byte, t reflect.Type, refuses func(unknown) bool) *unknowns {
	found := &unknowns{refuses: refuses}
	// It ends with the text, at the first error of syntax, or when enough is found.
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true))
	found.inObject(d, shapeOf(t), nil)
	return found
}

func (u *unknowns) inObject(d *jsontext.Decoder, s *shape, at []any) (goOn bool) {
	if d.PeekKind() != '{' {
		return d.SkipValue() == nil
	}
	for token, err := d.ReadToken(); ; token, err = d.ReadToken() {
		switch {
		case err != nil:
			return false
		case token.Kind() == '{':
			continue
		case token.Kind() == '}':
			return true
		}
		name := token.String()
		if !slices.Contains(s.names, name) && !u.add(unknown{at, name, s.names}) {
			return false
		}
		if !u.inList(d, s.lists[name], append(at, name)) {
			return false
		}
	}
}

// inList looks into a list of objects, as far as the decoder keeps it.
func (u *unknowns) inList(d *jsontext.Decoder, s *shape, at []any) (goOn bool) {
	if s == nil || d.PeekKind() != '[' {
		return d.SkipValue() == nil
	}
	_, err := d.ReadToken()
	for n := 0; err == nil && d.PeekKind() != ']'; n++ {
		if n > order.LinesMax {
			err = d.SkipValue()
		} else if !u.inObject(d, s, append(at, n)) {
			return false
		}
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err == nil
}

func (u *unknowns) add(name unknown) (goOn bool) {
	if u.refuses(name) {
		u.refused = append(u.refused, name.issue())
		return len(u.refused) < unknownMax
	}
	if text := name.dotted(); len(u.ignored) < unknownMax && !slices.Contains(u.ignored, text) {
		u.ignored = append(u.ignored, text)
	}
	return true
}

// refusal refuses the names together with err, which may be nil.
func (u *unknowns) refusal(err error) error {
	var wrong *order.Error
	switch {
	case len(u.refused) == 0:
		return err
	case errors.As(err, &wrong):
		return invalidBody(append(u.refused, wrong.Issues...)...)
	}
	return invalidBody(u.refused...)
}
