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
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true))
	_ = found.inObject(d, shapeOf(t), nil) // An error of syntax is the decoder's to report.
	return found
}

// errEnough ends the search.
var errEnough = errors.New("enough names are refused")

func (u *unknowns) inObject(d *jsontext.Decoder, s *shape, at []any) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = d.ReadToken(); err == nil {
			err = u.inField(d, s, at, name.String())
		}
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

func (u *unknowns) inField(d *jsontext.Decoder, s *shape, at []any, name string) error {
	list := s.lists[name]
	switch {
	case !slices.Contains(s.names, name) && !u.add(unknown{at, name, s.names}):
		return errEnough
	case list == nil || d.PeekKind() != '[':
		return d.SkipValue()
	}
	return u.inList(d, list, append(at, name))
}

// inList looks into a list of objects, as far as the decoder keeps it.
func (u *unknowns) inList(d *jsontext.Decoder, s *shape, at []any) error {
	_, err := d.ReadToken()
	for n := 0; err == nil && d.PeekKind() != ']'; n++ {
		if n > order.LinesMax {
			err = d.SkipValue()
		} else {
			err = u.inObject(d, s, append(at, n))
		}
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// add adds a name, and reports whether more are wanted.
func (u *unknowns) add(name unknown) bool {
	if u.refuses(name) {
		u.refused = append(u.refused, name.issue())
		return len(u.refused) < unknownMax
	}
	if len(u.ignored) < unknownMax {
		if text := name.dotted(); !slices.Contains(u.ignored, text) {
			u.ignored = append(u.ignored, text)
		}
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
