package client

import (
	"context"
	"strings"
	"testing"
)

func TestWhyNoPrimaryIsFound(t *testing.T) {
	d, err := Open(t.Context(), "mongodb://localhost:9/x?replicaSet=rs0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	for _, tt := range []struct {
		said Hello
		want string // Empty when that explains nothing.
	}{
		{Hello{Writable: true}, "stand-alone"},
		{Hello{ReplicaSet: true}, "never initiated"},
		{Hello{SetName: "rs0", Me: "localhost:9"}, "no primary"},
		{Hello{SetName: "rs1", Writable: true, Me: "localhost:9"}, "rs1, not rs0"},
		{Hello{SetName: "rs0", Writable: true, Me: "mongo:9"}, "mongo:9"},
		{Hello{SetName: "rs0", Writable: true, Me: "localhost:9"}, ""},
	} {
		switch err := d.explain(tt.said); {
		case err == nil && tt.want != "", err != nil && tt.want == "":
			t.Errorf("%+v: error %v, want %q", tt.said, err, tt.want)
		case err != nil && !strings.Contains(err.Error(), tt.want):
			t.Errorf("%+v: error %v, want %q", tt.said, err, tt.want)
		}
	}
}
