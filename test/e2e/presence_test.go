package e2e_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/app/presence"
	"orders/test/mongotest"
)

// A database that is away for longer than a process counts as present ends none, however it was
// away, and neither does somebody who drops the collection of who is present.
func TestALongOutageEndsNoProcess(t *testing.T) {
	skipShort(t)
	db := mongotest.Start(t)
	env := "MONGODB_URI=" + db.URI("shop")
	first, second := start(t, env), start(t, env)
	away := func(begin, end func()) {
		t.Helper()
		begin()
		time.Sleep(presence.Lasts + 5*time.Second)
		end()
		goOn(t, first, second)
	}
	goOn(t, first, second)
	away(db.Freeze, db.Thaw)
	away(db.Kill, db.Restart)
	there := mongotest.Database(t, db.URI("shop")).Collection("order_presence")
	if err := there.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both are back", func() bool {
		n, _ := there.CountDocuments(t.Context(), bson.M{"present.1": bson.M{"$exists": true}})
		return n == 1
	})
	goOn(t, first, second)
	for _, p := range []*process{first, second} {
		p.terminate(t)
		p.ends(t, 0, "")
	}
}

// goOn wants processes to take commands again.
func goOn(t *testing.T, all ...*process) {
	t.Helper()
	for _, p := range all {
		eventually(t, "it takes commands", func() bool {
			a, err := p.send(t.Context(), "POST", "/commands/orders", body)
			return err == nil && a.status == 201
		})
	}
}
