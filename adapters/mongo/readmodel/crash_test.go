package readmodel_test

import (
	"testing"

	"orders/test/mongotest"
)

// A server that is alone forgets in a crash what was not in its journal yet. It is elected again
// when it is back, in another term.
func TestNoViewIsLostByACrash(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t, "--journalCommitInterval", "500")
	for try := range 5 {
		r := ordersRig(t, server.URI("views"+string(rune('a'+try))))
		var before, after int
		r.run(t, moments{
			afterSave: func() {
				before = r.shown(t)
				server.Kill()
			},
			beforeSettle: func() {
				server.Restart()
				after = r.shown(t)
			},
		})
		if before == 0 {
			t.Fatal("no view is shown before the crash")
		}
		if after < before {
			return
		}
		t.Log("the journal was written before the crash")
	}
	t.Error("no crash loses a view")
}
