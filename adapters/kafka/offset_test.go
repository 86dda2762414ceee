package kafka

import (
	"errors"
	"testing"

	"orders/ports"
)

func TestOffsetsAreReadAsTheyAreWritten(t *testing.T) {
	o, err := parseOffsets("0:17,1:0,2:9000000000")
	if err != nil || o.String() != "0:17,1:0,2:9000000000" {
		t.Errorf("%v (%v)", o, err)
	}
	for _, text := range []ports.Offset{
		"", "17", "1:0", "0:17,", "0:17,2:0", "0:-1", "0:+1", "0:01", "0: 1", "0:1 ", "0:1,1:x",
		"00:1", "0:99999999999999999999",
	} {
		if o, err := parseOffsets(text); !errors.Is(err, ports.ErrGone) {
			t.Errorf("%q is read as %v (%v)", text, o, err)
		}
	}
}

func TestAnEndIsReachedInEveryPartition(t *testing.T) {
	for _, tt := range []struct {
		at, end ports.Offset
		want    bool
	}{
		{"0:5,1:7", "0:5,1:7", true}, {"0:5,1:8", "0:5,1:7", true}, {"0:6,1:6", "0:5,1:7", false},
		{"0:4,1:9", "0:5,1:7", false}, {"0:9", "0:5,1:7", false}, {"0:9,1:9,2:9", "0:5,1:7", false},
		{"", "0:0", false}, {"0:0", "", false}, {"0:10", "0:9", true},
	} {
		if got := new(Reader).Reached(tt.at, tt.end); got != tt.want {
			t.Errorf("%s has reached %s: %t", tt.at, tt.end, got)
		}
	}
}
