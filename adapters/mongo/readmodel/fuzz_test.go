package readmodel

import (
	"strings"
	"testing"

	"orders/ports"
)

// FuzzPlace wants a position, which a client may send, to be one that a feed could have made, or to
// be in no collection.
func FuzzPlace(f *testing.F) {
	for _, text := range []string{
		"", "a.1.2", "a.01.2", "a.-1.2", "a.4294967296.0", "a.4294967295.4294967295", ".1.2",
		"a.b.1.2",
		"a.1", "a.1.2.", "..", "a.+1.2",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := placeOf(ports.Position(text))
		if p != (place{}) && (p.position() != ports.Position(text) ||
			strings.Contains(p.collection, ".")) {
			t.Errorf("%q is at %+v, whose position is %q", text, p, p.position())
		}
	})
}
