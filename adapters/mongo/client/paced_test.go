package client

import "testing"

// The number of documents in a batch follows their size.
func TestBatchesAreOfAboutAMebibyte(t *testing.T) {
	var s Sizes
	for _, step := range []struct{ largest, want int64 }{
		{0, 1000}, {1 << 10, 1000}, {64 << 10, 16}, {16 << 20, 2},
		{1 << 10, 2}, {1 << 10, 2}, {1 << 10, 2}, {1 << 10, 2}, {1 << 10, 2}, {1 << 10, 4},
	} {
		if step.largest > 0 {
			s.Saw(step.largest)
		}
		if got := s.Batch(1000); got != int32(step.want) {
			t.Errorf("after %d bytes a batch has %d documents, want %d",
				step.largest, got, step.want)
		}
	}
}
