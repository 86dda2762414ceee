package readmodel_test

import (
	"errors"
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
	before := time.Now()
	rests := 1 // How often the saver comes to rest: after the last save, and where it is slow.
	for range saves {
		begun := time.Now()
		views := []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")}
		if errs := m.Provisional.Save(t.Context(), views); errs != nil {
			t.Fatal(errs)
		}
		if time.Since(before) > 5*time.Millisecond { // Within the save before this one it saved.
			rests++
		}
		before = begun
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
	fixture.Eventually(t, func() error {
		if flushes() == 0 {
			return errors.New("it never flushes")
		}
		return nil
	})
	time.Sleep(100 * time.Millisecond)
	if n := flushes(); n > rests {
		t.Errorf("it flushed %d times for %d saves in a row with %d rests", n, saves, rests)
	}
}
