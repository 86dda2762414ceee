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

// wrongName says why s is no name; it is empty if s is one.
func wrongName(s string) string {
	if s == "" {
		return "must not be empty"
	}
	return wrongText(s, TextMax)
}

// wrongText says why s is no text of at most limit characters; it is empty if s is one.
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
