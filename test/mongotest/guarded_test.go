package mongotest

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson"
)

func TestAGuardedServerAllowsWhatItIsToldTo(t *testing.T) {
	g := StartGuarded(t)
	write := func(uri string) error {
		_, err := Database(t, uri).Collection("c").InsertOne(t.Context(), bson.M{})
		return err
	}
	uri := g.URI("x", BuiltIn("read", "x"))
	if write(uri) == nil || write(g.Open("x")) == nil {
		t.Error("it lets write who may only read")
	}
	for _, role := range []any{
		BuiltIn("readWrite", "x"), g.Role("x", map[string][]string{"c": {"insert"}}),
	} {
		if g.Allow(uri, role); write(uri) != nil {
			t.Error(write(uri))
		}
	}
}
