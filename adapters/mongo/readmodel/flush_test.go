package readmodel_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/mongotest"
)

// A saver that comes to rest flushes the journal, since a commit may wait for that; while it saves
// it does not, since the next commit does.
func TestASaverThatComesToRestFlushesTheJournal(t *testing.T) {
	uri := mongotest.URI(t)
	m := fixture.ViewsAt(t, uri).Model()
	profile := fixture.StartProfile(t, uri)
	const saves = 20
	rests := 1 // How often the saver comes to rest: after the last save, and where it is slow.
	for range saves {
		views := []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")}
		begun := time.Now()
		if errs := m.Provisional.Save(t.Context(), views); errs != nil {
			t.Fatal(errs)
		}
		if time.Since(begun) > 3*time.Millisecond {
			rests++
		}
	}
	flushes := func() (n int) {
		for _, update := range profile.Find(t, "update", "projections") {
			selects, _ := update["command"].(bson.M)["q"].(bson.M)
			if _, is := selects["_id"].(string); !is {
				n++
			}
		}
		return n
	}
	for deadline := time.Now().Add(10 * time.Second); flushes() == 0; {
		if time.Now().After(deadline) {
			t.Fatal("it never flushes")
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	if n := flushes(); n > rests {
		t.Errorf("it flushed %d times for %d saves in a row with %d rests", n, saves, rests)
	}
}
