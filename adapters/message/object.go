package message

import (
	"fmt"
	"slices"
)

// An object is one of a body in which names are looked for.
type object struct {
	at     []any // Its path.
	shape  *shape
	given  []string // The fields that it has.
	around *object  // The one that holds its list; nil for the body itself.
}

func (o *object) isGiven(name string) bool { return slices.Contains(o.given, name) }

// dotted is the path without the indexes of lists, with a full stop after each name.
func (o *object) dotted() (text string) {
	for _, step := range o.at {
		if name, is := step.(string); is {
			text += name + "."
		}
	}
	return text
}

// rules say which unknown names are refused.
type rules struct {
	strict     bool     // All are, not only those that were probably meant to be others.
	parameters []string // What a message has besides its body.
}

// message says what is wrong with an unknown name in o. It may have been meant to be a field of o,
// of the object around it, or of those in its lists, which have to have all fields anyway, so that
// a typing error does no harm; or a parameter.
func (r rules) message(o object, name string) string {
	if message := UnknownName(name, o.shape.names, o.isGiven); message != isUnknown {
		return message
	}
	if top := o.around; top != nil {
		for _, meant := range similar(name, top.shape.names, top.isGiven) {
			return elsewhere(meant + " at the top of the body")
		}
	}
	for _, field := range o.shape.names {
		if s := o.shape.lists[field]; s != nil {
			for _, meant := range similar(name, s.names, always) {
				return elsewhere(meant + " in " + field)
			}
		}
	}
	for _, meant := range similar(name, r.parameters, never) {
		return elsewhere("the parameter " + meant)
	}
	return isUnknown
}

func always(string) bool { return true }

func never(string) bool { return false }

func elsewhere(meant string) string {
	return fmt.Sprintf(isUnknown+" here; did you mean %s?", meant)
}
