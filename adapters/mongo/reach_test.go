package mongo

import (
	"context"
	"strings"
	"testing"
)

func TestWhyNoPrimaryIsFound(t *testing.T) {
	d, err := Open(t.Context(), "mongodb://localhost:9/x?replicaSet=rs0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	for _, tt := range []struct {
		said hello
		want string // Empty when that explains nothing.
	}{
		{hello{Writable: true}, "stand-alone"},
		{hello{ReplicaSet: true}, "never initiated"},
		{hello{SetName: "rs0", Me: "localhost:9"}, "no primary"},
		{hello{SetName: "rs1", Writable: true, Me: "localhost:9"}, "rs1, not rs0"},
		{hello{SetName: "rs0", Writable: true, Me: "mongo:9"}, "mongo:9"},
		{hello{SetName: "rs0", Writable: true, Me: "localhost:9"}, ""},
	} {
		switch err := d.explain(tt.said); {
		case err == nil && tt.want != "", err != nil && tt.want == "":
			t.Errorf("%+v: error %v, want %q", tt.said, err, tt.want)
		case err != nil && !strings.Contains(err.Error(), tt.want):
			t.Errorf("%+v: error %v, want %q", tt.said, err, tt.want)
		}
	}
}
