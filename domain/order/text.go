package order

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsName reports whether s may name something: a user, a product, a payment. Such a text has 1 to
// TextMax characters, none of them a control character.
func IsName(s string) bool { return wrongName(s) == "" }

// wrongName says what keeps s from being a name; it is empty when nothing does.
func wrongName(s string) string {
	if s == "" {
		return "must not be empty"
	}
	return wrongText(s, TextMax)
}

// wrongText says what keeps s from being a text of at most limit characters; it is empty when
// nothing does.
func wrongText(s string, limit int) string {
	switch {
	case !utf8.ValidString(s):
		return "must be valid UTF-8"
	case utf8.RuneCountInString(s) > limit:
		return fmt.Sprintf("must have at most %d characters", limit)
	case strings.ContainsFunc(s, unicode.IsControl):
		return "must not hold control characters"
	}
	return ""
}
