package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

func TestADenialIsAnAnswer(t *testing.T) {
	for _, code := range []int{13, 18, 20, 59, 72, 73, 115, 166, 8000} {
		for name, labels := range map[string]bson.A{
			"": {}, ", which the driver takes for success": {"NoWritesPerformed"},
		} {
			t.Run(fmt.Sprint(code, name), func(t *testing.T) {
				uri, fail := fixture.Breakable(t)
				store := fixture.MigratedStore(t, uri, journal.GroupCommit{})
				heal := fail(0, bson.M{
					"failCommands": bson.A{"insert"}, "errorCode": code, "errorLabels": labels,
				})
				fixture.WantUnavailable(t, fixture.TryAppend(t, store))
				heal()
				if err := fixture.TryAppend(t, store); err != nil {
					t.Errorf("once it is allowed: %v", err)
				}
			})
		}
	}
}

// An append that was in doubt stays so, and is not sent for ever.
func TestADenialAfterADoubt(t *testing.T) {
	uri, fail := fixture.Breakable(t)
	c, through := fixture.Lossy(t, uri)
	through += uri[strings.LastIndex(uri, "&appName"):]
	store := fixture.MigratedStore(t, through, journal.GroupCommit{})
	c.DropNext.Store(1)
	fail(0, bson.M{"failCommands": bson.A{"insert"}, "errorCode": 13})
	if err := fixture.TryAppend(t, store); !errors.Is(err, ports.ErrOutcomeUnknown) {
		t.Errorf("error %v, want ErrOutcomeUnknown", err)
	}
	if c.Dropped.Load() != 1 {
		t.Error("no reply was lost, so this test proves nothing")
	}
}

func TestRightsThatAreTakenAwayAndGivenBack(t *testing.T) {
	g := mongotest.StartGuarded(t)
	all := mongotest.BuiltIn("readWrite", "shop")
	uri := g.URI("shop", all)
	store := fixture.MigratedStore(t, uri, journal.GroupCommit{})
	for name, less := range map[string]any{
		"it may only read": mongotest.BuiltIn("read", "shop"),
		"it may only insert elsewhere": g.Role("shop", map[string][]string{
			"": {"find", "listCollections"}, "other": {"insert"},
		}),
	} {
		t.Run(name, func(t *testing.T) {
			g.Allow(uri, less)
			fixture.WantUnavailable(t, fixture.TryAppend(t, store))
			inserts := countInserts(t, g)
			time.Sleep(500 * time.Millisecond) // What is sent again is sent by then.
			if n := countInserts(t, g); n != inserts {
				t.Errorf("%d inserts were sent after the answer", n-inserts)
			}
			g.Allow(uri, all)
			if err := fixture.TryAppend(t, store); err != nil {
				t.Errorf("once it is allowed: %v", err)
			}
		})
	}
}

// countInserts is how many insert commands the server has got, of anybody.
func countInserts(t testing.TB, g *mongotest.Guarded) int64 {
	t.Helper()
	var status struct {
		Metrics struct {
			Commands struct{ Insert struct{ Total int64 } }
		}
	}
	err := g.Root("admin").RunCommand(t.Context(), bson.D{{Key: "serverStatus", Value: 1}}).
		Decode(&status)
	if err != nil {
		t.Fatal(err)
	}
	return status.Metrics.Commands.Insert.Total
}
