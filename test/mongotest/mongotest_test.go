package mongotest_test

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"orders/test/guard"
	"orders/test/mongotest"
)

func TestEveryTestHasADatabaseOfItsOwnThatIsDropped(t *testing.T) {
	uri := mongotest.URI(t)
	var used string
	t.Run("a test that writes", func(t *testing.T) {
		database := mongotest.Database(t, mongotest.URI(t))
		used = database.Name()
		insert(t, things(database), 1)
	})
	database := mongotest.Database(t, uri)
	if database.Name() == used {
		t.Fatal("two tests have the same database")
	}
	names, err := database.Client().ListDatabaseNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(names, used) {
		t.Errorf("%s is still there after its test: %v", used, names)
	}
}

func TestTheSharedServerHasChangeStreams(t *testing.T) {
	stream, err := things(mongotest.Database(t, mongotest.URI(t))).Watch(t.Context(), bson.A{})
	if err != nil {
		t.Fatal(err)
	}
	_ = stream.Close(t.Context())
}

func TestAStandAloneHasNone(t *testing.T) {
	alone := mongotest.StartAlone(t)
	_, err := things(mongotest.Database(t, alone.URI("db"))).Watch(t.Context(), bson.A{})
	if err == nil {
		t.Fatal("a stand-alone gives a change stream")
	}
}

func TestAcknowledgedDataOutlivesKill(t *testing.T) {
	server := mongotest.Start(t)
	c := things(mongotest.Database(t, server.URI("db")))
	insert(t, c, 100)
	server.Kill()
	if err := ping(t, c, time.Second); err == nil {
		t.Fatal("a killed server answers")
	}
	server.Restart()
	if n := count(t, c); n != 100 {
		t.Errorf("%d of 100 documents are left", n)
	}
}

func TestAFrozenServerAnswersOnceThawed(t *testing.T) {
	server := mongotest.Start(t)
	c := things(mongotest.Database(t, server.URI("db")))
	insert(t, c, 1)
	server.Freeze()
	if err := ping(t, c, 500*time.Millisecond); err == nil {
		t.Fatal("a frozen server answers")
	}
	server.Thaw()
	if n := count(t, c); n != 1 {
		t.Errorf("%d documents, not 1", n)
	}
}

func TestACommandFailsAsOftenAsArmed(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	c := things(mongotest.Database(t, uri))
	mongotest.FailCommand(t, uri, 1, bson.M{"failCommands": bson.A{"insert"}, "errorCode": 2})
	if _, err := c.InsertOne(t.Context(), bson.D{}); err == nil {
		t.Fatal("the armed insert succeeds")
	}
	insert(t, c, 1)
}

func TestACommandFailsUntilDisarmed(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	c := things(mongotest.Database(t, uri))
	how := bson.M{"failCommands": bson.A{"insert"}, "errorCode": 2}
	disarm := mongotest.FailCommand(t, uri, 0, how)
	for range 3 {
		if _, err := c.InsertOne(t.Context(), bson.D{}); err == nil {
			t.Fatal("an armed insert succeeds")
		}
	}
	disarm()
	insert(t, c, 1)
}

// Two tests arm failures on one server. Each meets its own.
func TestAFailureDoesNotTakeThePlaceOfAnotherTests(t *testing.T) {
	for range 2 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			name := "test" + rand.Text()
			uri := mongotest.BreakableURI(t) + "&appName=" + name
			c := things(mongotest.Database(t, uri))
			for range 5 {
				mongotest.FailCommand(t, uri, 1, bson.M{
					"failCommands": bson.A{"insert"}, "errorCode": 2, "appName": name,
				})
				time.Sleep(50 * time.Millisecond)
				if _, err := c.InsertOne(t.Context(), bson.D{}); err == nil {
					t.Fatal("the armed insert succeeds")
				}
			}
		})
	}
}

func TestAClusterElectsANewPrimaryAndTakesTheOldOneBack(t *testing.T) {
	begun := time.Now()
	set := mongotest.Cluster(t)
	t.Logf("ready after %v", time.Since(begun))
	c := things(mongotest.Database(t, set.URI("db")))
	insert(t, c, 10)
	lost := set.Primary()
	lost.Kill()
	begun = time.Now()
	next := set.Primary()
	t.Logf("new primary after %v", time.Since(begun))
	if next == lost {
		t.Errorf("%s is primary, though it was killed", lost.Address())
	}
	insert(t, c, 10)
	lost.Restart()
	next.Kill()
	if n := count(t, c); n != 20 {
		t.Errorf("%d of 20 documents are left", n)
	}
}

func TestAFailoverTakesBackWhatTheOldPrimaryAloneHasAndAHandoverNothing(t *testing.T) {
	set := mongotest.Cluster(t)
	c := things(mongotest.Database(t, set.URI("db")))
	unsure, err := c.Clone(options.Collection().SetWriteConcern(&writeconcern.WriteConcern{W: 1}))
	if err != nil {
		t.Fatal(err)
	}
	insert(t, c, 10)
	for range 2 {
		d := set.Diverge()
		insert(t, unsure, 1)
		if n := count(t, c); n != 11 {
			t.Errorf("%d documents, not 11, before the failover", n)
		}
		d.Depose()
		if n := count(t, c); n != 10 {
			t.Errorf("%d documents, not 10, after it", n)
		}
	}
	insert(t, unsure, 1)
	set.StepDown()
	if n := count(t, c); n != 11 {
		t.Errorf("%d documents, not 11, after the handover", n)
	}
}

// things is a collection whose writes are on disk, on most members, before they are acknowledged.
func things(database *mongo.Database) *mongo.Collection {
	journaled := true
	concern := &writeconcern.WriteConcern{W: "majority", Journal: &journaled}
	return database.Collection("things", options.Collection().SetWriteConcern(concern))
}

func insert(t *testing.T, c *mongo.Collection, n int) {
	t.Helper()
	documents := make([]any, n)
	for i := range documents {
		documents[i] = bson.D{}
	}
	if _, err := c.InsertMany(t.Context(), documents); err != nil {
		t.Fatalf("insert %d documents: %v", n, err)
	}
}

func count(t *testing.T, c *mongo.Collection) int64 {
	t.Helper()
	n, err := c.CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatalf("count documents: %v", err)
	}
	return n
}

// ping asks the server for anything, and waits for the answer so long at most.
func ping(t *testing.T, c *mongo.Collection, within time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	return c.Database().Client().Ping(ctx, nil)
}

func TestVictim(t *testing.T) {
	guard.Victim(t, func(tb testing.TB) { mongotest.Start(tb) })
}

func TestNoServerOutlivesItsTestBinary(t *testing.T) {
	guard.SkipIfShort(t)
	guard.NoServerIsLeft(t, "TestVictim")
}
