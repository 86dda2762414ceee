package message

import (
	"bytes"
	"errors"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// refusedMax is how many unknown names of a body are refused.
const refusedMax = 50

// ignoredMax is how many ignored names of a body are returned, to be logged.
const ignoredMax = 200

// Unknowns are the unknown names of a body.
type unknowns struct {
	rules
	refused []order.Issue
	ignored []string // Each once.
}

// unknownNames finds the unknown names in text, which is to become a t. It passes over what the
// decoder passes over as well.
func unknownNames(text []byte, t reflect.Type, r rules) *unknowns {
	found := &unknowns{rules: r}
	// An error of syntax is the decoder's to report.
	_ = found.inObject(readerOf(text), object{shape: shapeOf(t)})
	return found
}

func readerOf(text []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true))
}

// errEnough ends the search.
var errEnough = errors.New("enough names are refused")

// inObject looks into the next value if that is an object.
func (u *unknowns) inObject(d *jsontext.Decoder, o object) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	text, err := d.ReadValue()
	if err != nil {
		return err
	}
	err = eachName(text, func(d *jsontext.Decoder, name string) error {
		if slices.Contains(o.shape.names, name) {
			o.given = append(o.given, name)
		}
		return d.SkipValue()
	})
	if err != nil {
		return err
	}
	return eachName(text, func(d *jsontext.Decoder, name string) error {
		return u.inField(d, o, name)
	})
}

// eachName calls do for each name of an object. It has to read the value.
func eachName(text []byte, do func(d *jsontext.Decoder, name string) error) error {
	d := readerOf(text)
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = d.ReadToken(); err == nil {
			err = do(d, name.String())
		}
	}
	return err
}

func (u *unknowns) inField(d *jsontext.Decoder, o object, name string) error {
	list := o.shape.lists[name]
	switch {
	case !slices.Contains(o.shape.names, name) && !u.add(o, name):
		return errEnough
	case list == nil || d.PeekKind() != '[':
		return d.SkipValue()
	}
	return u.inList(d, list, append(o.at, name), o)
}

// inList looks into a list of objects, as far as the decoder keeps it.
func (u *unknowns) inList(d *jsontext.Decoder, s *shape, at []any, around object) error {
	_, err := d.ReadToken()
	for n := 0; err == nil && d.PeekKind() != ']'; n++ {
		if n > order.LinesMax {
			err = d.SkipValue()
		} else {
			err = u.inObject(d, object{at: append(at, n), shape: s, around: &around})
		}
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// add adds a name, and reports whether more are wanted.
func (u *unknowns) add(o object, name string) bool {
	if message := u.message(o, name); u.strict || message != isUnknown {
		path := append(slices.Clone(o.at), Cut(name))
		u.refused = append(u.refused, order.Issue{Path: path, Message: message})
		return len(u.refused) < refusedMax
	}
	if len(u.ignored) < ignoredMax {
		if text := o.dotted() + Cut(name); !slices.Contains(u.ignored, text) {
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
