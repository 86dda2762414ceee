package feed

import (
	"testing"

	"orders/ports"
)

// FuzzPlace wants a position to be one that a feed could have made, or to count as the empty one.
func FuzzPlace(f *testing.F) {
	for _, text := range []string{
		"", ".", "a.", "a.BQAAAAA", "a.BQAAAAB", "a.BQAAAAA=", "a.BQAAAAA\n", ".BQAAAAA",
		"a.b.BQAAAAA", "a.DAAAABBhAAEAAAAA", "a._____w", "a.BAAAAA",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := placeOf(ports.Position(text))
		if p.token == nil {
			if p.position() != "" {
				t.Errorf("%q has no token, and the position %q", text, p.position())
			}
			return
		}
		if p.token.Validate() != nil || p.position() != ports.Position(text) {
			t.Errorf("%q is at %+v, whose position is %q", text, p, p.position())
		}
	})
}
