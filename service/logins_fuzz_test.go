package service

import (
	"strings"
	"testing"
)

// FuzzLogins puts something into a password, which ends with a word that is nowhere else.
func FuzzLogins(f *testing.F) {
	for _, part := range []string{
		"", "p", "@", "/", "a b", "p@a b@", "://", "x://@", "%40", "\"", "'", "`", "(", "12", ",b:",
		"[::1]", `\`, `\u0040`, "a://b c://d", "?x=1&y=", "#", "…", "é\u202e", "\t", "\xff",
	} {
		for _, scheme := range []string{"mongodb", "https", "amqp+x"} {
			f.Add(scheme, part, part)
		}
	}
	f.Fuzz(func(t *testing.T, scheme, before, after string) {
		const word = "Kvjq7Hbz"
		isScheme := schemePattern.MatchString(scheme+"://") &&
			!strings.ContainsFunc(scheme, func(r rune) bool { return r < '+' || r > 'z' })
		if !isScheme || strings.ContainsAny(before+after, "\r\n") ||
			strings.Contains(before+after, word) {
			t.Skip() // Settings refuse line breaks before anybody repeats them.
		}
		uri := scheme + "://ann:" + before + word + after + "@db/shop"
		for _, text := range []string{uri, "read " + uri + ": no such file", `"` + uri + `"`} {
			for _, clean := range []string{WithoutLogins(text), withoutURILogins(text)} {
				if strings.Contains(clean, word) {
					t.Errorf("%q becomes %q", text, clean)
				}
			}
		}
	})
}
