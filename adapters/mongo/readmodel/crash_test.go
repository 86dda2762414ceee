package readmodel_test

import (
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A server that is alone forgets in a crash what was not in its journal yet. It is elected again
// when it is back, in another term.
func TestNoViewIsLostByACrash(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t, "--journalCommitInterval", "500")
	for try := range 5 {
		database := fmt.Sprintf("views_%d", try)
		uri := server.URI(database)
		r := ordersRig(t, uri)
		after := len(r.ids)
		r.run(t, moments{
			beforeSave: func() { // Otherwise the saver flushes the journal.
				mongotest.FailCommand(t, uri, 0, bson.M{
					"failCommands": bson.A{"update"}, "errorCode": 2,
					"namespace": database + ".projections",
				})
			},
			afterSave: server.Kill,
			beforeDurable: func() {
				server.Restart()
				after = r.shown(t)
				r.findsPrimary(t)
			},
			afterDurable: wantConflict(t),
		})
		if after < len(r.ids) {
			return
		}
		t.Logf("the journal had %d views before the crash", after)
	}
	t.Error("no crash loses a view")
}
