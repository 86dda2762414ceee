package e2e_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/test/mongotest"
)

// Whatever breaks while a crowd is ordering: afterwards, with no hand on it, every view is what
// its order's events add up to, and everything that was accepted is shown.

func TestTheReadSideSurvivesAKilledMongod(t *testing.T) {
	skipShort(t)
	db := mongotest.Start(t)
	env := "MONGODB_URI=" + db.URI("recovery")
	service := start(t, env)
	orders := gather(service.client)
	time.Sleep(time.Second)
	db.Kill()
	time.Sleep(time.Second)
	db.Restart()
	recovers(t, service, orders, "mongod was killed and started again", env)
}

func TestTheReadSideSurvivesAFailover(t *testing.T) {
	skipShort(t)
	set := mongotest.Cluster(t)
	env := "MONGODB_URI=" + set.URI("recovery")
	service := start(t, env)
	orders := gather(service.client)
	time.Sleep(time.Second)
	set.Primary().Kill()
	recovers(t, service, orders, "the primary of three was killed", env)
}

func TestTheReadSideSurvivesADroppedReadDatabase(t *testing.T) {
	skipShort(t)
	writes, reads := mongotest.URI(t), mongotest.URI(t)
	env := []string{"MONGODB_URI=" + writes, "MONGODB_READ_URI=" + reads}
	service := start(t, env...)
	orders := gather(service.client)
	time.Sleep(time.Second)
	if err := mongotest.Database(t, reads).Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	recovers(t, service, orders, "the read database was dropped", env...)
}

// recovers lets the crowd go on for a while, and then wants all to be right.
func recovers(t *testing.T, service *process, c *crowd, after string, env ...string) {
	t.Helper()
	time.Sleep(2 * time.Second)
	c.dismiss(t)
	took := settles(t, env...)
	t.Logf("%s: %d orders, all shown %v after the last", after, len(c.ids), took)
	c.sees(t, service.client)
}

func TestTheReadSideSurvivesALostHistory(t *testing.T) {
	skipShort(t)
	db := mongotest.Start(t, "--oplogSize", "1", "--syncdelay", "1")
	env := "MONGODB_URI=" + db.URI("recovery")
	commands := start(t, env, "ROLES=command,query")
	projector := start(t, env, "ROLES=projector")
	orders := gather(commands.client)
	projections := mongotest.Database(t, db.URI("recovery")).Collection("projections")
	eventually(t, "both positions are saved", func() bool {
		n, _ := projections.CountDocuments(t.Context(), bson.M{"position": bson.M{"$gt": ""}})
		return n == 2
	})
	projector.kill()
	time.Sleep(500 * time.Millisecond)
	orders.dismiss(t)
	losesHistory(t, db)
	projector = start(t, env, "ROLES=projector")
	eventually(t, "it does not find its place, else this test proves nothing", func() bool {
		return strings.Contains(projector.output.String(), "its place is lost")
	})
	took := settles(t, env)
	t.Logf("history lost: %d orders, all shown after %v", len(orders.ids), took)
	orders.sees(t, commands.client)
}

// losesHistory writes until the server has nothing left of what was until now. It shortens its
// history in the background.
func losesHistory(t *testing.T, db *mongotest.Server) {
	t.Helper()
	last := lastWrite(t, db)
	rubbish := mongotest.Database(t, db.URI("rubbish")).Collection("rubbish")
	history := mongotest.Database(t, db.URI("local")).Collection("oplog.rs")
	bulky := bson.M{"x": strings.Repeat("x", 1<<20)}
	eventually(t, "the history is lost", func() bool {
		if _, err := rubbish.InsertOne(t.Context(), bulky); err != nil {
			t.Fatal(err)
		}
		var first struct {
			At primitive.Timestamp `bson:"ts"`
		}
		err := history.FindOne(t.Context(), bson.M{}).Decode(&first) // In the order of writes.
		return err == nil && first.At.After(last)
	})
}

func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts real processes")
	}
}
