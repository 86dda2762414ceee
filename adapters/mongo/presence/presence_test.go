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
		_, err := there.InsertOne(t.Context(), bson.M{
			"_id": "commands", "present": odd, "lastImport": odd,
		})
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

// No import began, so a process that had entered stays: though it was taken out of the document
// when another one entered first after an outage of hours, and though somebody has dropped that.
func TestAProcessStaysUnlessAnImportBegan(t *testing.T) {
	for name, lose := range map[string]bson.M{
		"its time ran out long ago": {"present.0.until": time.Now().Add(-24 * time.Hour)},
		"the document is gone":      nil,
	} {
		for _, began := range []bool{false, true} {
			t.Run(fmt.Sprint(name, began), func(t *testing.T) {
				uri := mongotest.URI(t)
				there := mongotest.Database(t, uri).Collection(presence.Collection)
				ann := presence.New(fixture.Connect(t, uri))
				other := presence.New(fixture.Connect(t, uri))
				enter(t, ann, ports.Entrant{Name: "ann"}, time.Minute)
				var err error
				if lose != nil {
					_, err = there.UpdateOne(t.Context(), bson.M{}, bson.M{"$set": lose})
				} else {
					_, err = there.DeleteMany(t.Context(), bson.M{})
				}
				if err != nil {
					t.Fatal(err)
				}
				if began {
					enter(t, other, ports.Entrant{Name: "ivy", Imports: true}, time.Millisecond)
					time.Sleep(50 * time.Millisecond)
				}
				enter(t, other, ports.Entrant{Name: "bob"}, time.Minute)
				for range 2 {
					stays, err := ann.Stay(t.Context(), "ann", time.Minute)
					if stays == began || err != nil {
						t.Errorf("ann stays: %t, %v", stays, err)
					}
				}
				if in, err := other.Present(t.Context()); err != nil || len(in) == 2 == began {
					t.Errorf("present are %v, %v", in, err)
				}
			})
		}
	}
}

func enter(t *testing.T, p ports.Presence, e ports.Entrant, d time.Duration) {
	t.Helper()
	if entered, err := p.Enter(t.Context(), e, d); err != nil || !entered {
		t.Fatalf("%s entered: %t, %v", e.Name, entered, err)
	}
}
