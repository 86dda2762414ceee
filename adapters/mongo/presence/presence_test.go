package presence_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/presence"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

func TestLaws(t *testing.T) {
	contract.Presence(t, func(t *testing.T) [2]ports.Presence {
		uri := mongotest.URI(t)
		return [2]ports.Presence{
			presence.New(fixture.Connect(t, uri)), presence.New(fixture.Connect(t, uri)),
		}
	})
}

// What somebody else put into the document keeps nobody out for ever.
func TestAnOddDocument(t *testing.T) {
	for name, odd := range map[string]any{
		"no list": 7, "texts": bson.A{"ann"}, "times of another type": bson.A{
			bson.M{"name": "ann", "imports": true, "until": "for ever"},
		},
	} {
		uri := mongotest.URI(t)
		there := mongotest.Database(t, uri).Collection(presence.Collection)
		_, err := there.InsertOne(t.Context(), bson.M{"_id": "commands", "present": odd})
		if err != nil {
			t.Fatal(err)
		}
		p := presence.New(fixture.Connect(t, uri))
		entered, err := p.Enter(t.Context(), ports.Entrant{Name: "bob"}, time.Minute)
		if err != nil || !entered {
			t.Errorf("%s: entered %t, %v", name, entered, err)
		}
		in, err := p.Present(t.Context())
		if err != nil || len(in) != 1 || in[0].Name != "bob" {
			t.Errorf("%s: present are %v, %v", name, in, err)
		}
	}
}
