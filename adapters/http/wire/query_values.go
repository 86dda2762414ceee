package wire

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// Texts returns all values of a parameter, which comes once for each, at most most times. A single
// empty one counts as none.
func (a *Query) Texts(name string, most int) (texts []string) {
	values := a.values(name)
	if len(values) > most {
		a.Invalid(name, fmt.Sprintf("must be given at most %d times", most))
		return nil
	}
	for _, value := range values {
		if !utf8.Valid(value) {
			a.Invalid(name, "must be valid UTF-8")
			return nil
		}
		texts = append(texts, string(value))
	}
	if len(texts) == 1 && texts[0] == "" {
		return nil
	}
	return texts
}

// AnyOf returns the values of a parameter that may have any of several, each at most once and in
// the order of values.
func AnyOf[T ~string](a *Query, name string, values []T) (given []T) {
	texts := a.Texts(name, len(values))
	for _, text := range texts {
		if strings.Contains(text, ",") {
			a.Invalid(name, fmt.Sprintf("must be repeated for each value, as in %s=%s&%s=%s",
				name, values[0], name, values[1]))
			return nil
		}
		if !slices.Contains(values, T(text)) {
			a.Invalid(name, fmt.Sprintf("must be one of %s", values))
			return nil
		}
	}
	for _, value := range values {
		if slices.Contains(texts, string(value)) {
			given = append(given, value)
		}
	}
	return given
}

// Values returns the parameters of these names as they were given, but for empty ones.
func (a *Query) Values(names []string) url.Values {
	given := url.Values{}
	for _, name := range names {
		for _, value := range a.args.PeekMulti(name) {
			if len(value) > 0 {
				given.Add(name, string(value))
			}
		}
	}
	return given
}

// AnyOfNamed describes what AnyOf reads: at most so many values, which a schema with that name
// describes.
func AnyOfNamed(schema string, most int) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: Ref(schema), MaxItems: new(most)}
}
