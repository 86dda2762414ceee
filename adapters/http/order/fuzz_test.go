package order

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzCursor wants what the document says of cursors: every text of the pattern is one, as long as
// it is of a sort that there is, and no other text; and each place in each list has only one.
func FuzzCursor(f *testing.F) {
	pattern := regexp.MustCompile(cursorPattern)
	for _, s := range sorts {
		_, place, _ := placeAt(exampleCursor)
		f.Add(cursorOf(s.sort, place))
		place.ID = "ord_V1StGXR8_Z"
		f.Add(cursorOf(s.sort, place))
	}
	for _, text := range []string{
		"", strings.Repeat("A", 31), strings.Repeat("_", 29) + "8M", strings.Repeat("-", 31),
		exampleCursor + "=", exampleCursor + "\n", exampleCursor[1:], strings.Repeat("A", 30) + "B",
		strings.Repeat("-", 18) + "D", strings.Repeat("_", 18) + "E", strings.Repeat("A", 18) + "@",
		strings.Repeat("A", 17) + "=A", strings.Repeat("A", 7) + "\n" + strings.Repeat("A", 11),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sort, place, ok := placeAt(text)
		if ok && !pattern.MatchString(text) {
			t.Errorf("%q is a cursor, which the document does not allow", text)
		}
		if !ok {
			return
		}
		if again := cursorOf(sort, place); again != text {
			t.Errorf("%q is written as %q", text, again)
		}
		if !place.ID.Valid() {
			t.Errorf("%q is at %+v", text, place)
		}
	})
}
