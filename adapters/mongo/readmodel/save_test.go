package readmodel

import "testing"

// Two writes share the work when each has enough to do.
func TestWritesShareDocuments(t *testing.T) {
	for n, want := range map[int]int{
		0: 0, 1: 1, 33: 33, 63: 63, 64: 32, 65: 33, 2000: 1000, 5000: 1000,
	} {
		if got := perWrite(n); got != want {
			t.Errorf("of %d documents a write has %d, want %d", n, got, want)
		}
	}
}
