package stream

import (
	"testing"

	"orders/app/access"
	"orders/ports"
)

func TestThePositionInAnID(t *testing.T) {
	manager := access.Named(ports.Identity{Scopes: []string{"orders:manage"}})
	for _, tt := range []struct {
		id     string
		caller access.Caller
		at     ports.Position
		is     bool
	}{
		{"YS8x", access.Everyone(), "a/1", true},
		{"YS8x-m", manager, "a/1", true},
		{"YS8x-m", access.Everyone(), "", false},
		{"YS8x-r", manager, "", false},
		{"YS8x", manager, "", false},
		{"", access.Everyone(), "", false},
		{"-m", manager, "", false}, // Its bearer may have missed something.
		{"\r", access.Everyone(), "", false},
		{"YS8x\n", access.Everyone(), "", false},
		{"YS9", access.Everyone(), "", false}, // YS8 is the id of that position.
		{"YS8=", access.Everyone(), "", false},
		{"%", access.Everyone(), "", false},
	} {
		if at, is := positionOf(tt.id, tt.caller); at != tt.at || is != tt.is {
			t.Errorf("%q is %q, %v; want %q, %v", tt.id, at, is, tt.at, tt.is)
		}
	}
}
