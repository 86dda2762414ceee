package message

import (
	"regexp"
	"testing"
)

// FuzzEventCursor wants what the document says of a history's cursors: every text of the pattern is
// one, unless it is of no version, and no other text; and each place has only one.
func FuzzEventCursor(f *testing.F) {
	pattern, nowhere := regexp.MustCompile(CursorPattern), regexp.MustCompile("^AA[A-D]")
	for _, text := range []string{
		"", Place{Version: 2}.Cursor(), "AAAAAA", "AAEAAA", "_____w", "AAIAAB", "AAIAAA=",
		"AAIAA\n", "++++++",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		place, ok := PlaceAt(text)
		if isOne := pattern.MatchString(text) && !nowhere.MatchString(text); !ok && isOne {
			t.Errorf("%q is no cursor, which the document allows", text)
		}
		if !ok {
			return
		}
		if !pattern.MatchString(text) || place.Cursor() != text || place.Version < 1 {
			t.Errorf("%q is %+v, which is written as %q", text, place, place.Cursor())
		}
	})
}
