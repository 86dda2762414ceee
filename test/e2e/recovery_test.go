package e2e_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

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
	time.Sleep(500 * time.Millisecond)
	projector.kill()
	time.Sleep(500 * time.Millisecond)
	orders.dismiss(t)
	rubbish := mongotest.Database(t, db.URI("rubbish")).Collection("rubbish")
	bulky := bson.M{"x": strings.Repeat("x", 1<<20)}
	for n := range 80 {
		if n == 60 {
			time.Sleep(3 * time.Second) // The server shortens its history in the background.
		}
		if _, err := rubbish.InsertOne(t.Context(), bulky); err != nil {
			t.Fatal(err)
		}
	}
	projector = start(t, env, "ROLES=projector")
	took := settles(t, env)
	if !strings.Contains(projector.output.String(), "its place is lost") {
		t.Errorf("it found its place, so this test proves nothing: %s", projector.output)
	}
	t.Logf("history lost: %d orders, all shown after %v", len(orders.ids), took)
	orders.sees(t, commands.client)
}

func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts real processes")
	}
}
