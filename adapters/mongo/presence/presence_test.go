package presence_test

import (
	"fmt"
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

// over are entrants whose time ran out two hours ago.
func over(n int) (all bson.A) {
	for i := range n {
		all = append(all, bson.M{
			"name": fmt.Sprint("ann-", i), "imports": false,
			"until": time.Now().Add(-2 * time.Hour),
		})
	}
	return all
}

// The database was away for hours. Whoever enters first once it is back ends nobody else's time;
// only of many that were killed the oldest are forgotten.
func TestALongOutageEndsNoProcess(t *testing.T) {
	for n, want := range map[int]bool{20: true, 5000: false} {
		uri := mongotest.URI(t)
		there := mongotest.Database(t, uri).Collection(presence.Collection)
		_, err := there.InsertOne(t.Context(), bson.M{"_id": "commands", "present": over(n)})
		if err != nil {
			t.Fatal(err)
		}
		p := presence.New(fixture.Connect(t, uri))
		for _, name := range []string{"bob", "joe"} {
			entered, err := p.Enter(t.Context(), ports.Entrant{Name: name}, time.Minute)
			if err != nil || !entered {
				t.Errorf("%s entered: %t, %v", name, entered, err)
			}
		}
		if stays, err := p.Stay(t.Context(), "ann-0", time.Minute); stays != want || err != nil {
			t.Errorf("of %d, one stays: %t, %v", n, stays, err)
		}
		if stays, err := p.Stay(t.Context(), "bob", time.Minute); !stays || err != nil {
			t.Errorf("bob stays: %t, %v", stays, err)
		}
	}
}
