package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/test/mongotest"
)

// An older copy of the commits is put back under read models that are kept. Nobody can tell a view
// of an order that is gone from one whose commits are on their way, so the process warns, and the
// operator has the views compared.
func TestAnOlderCopyUnderKeptReadModels(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	service := start(t, env...)
	commits := mongotest.Database(t, uri).Collection("order_writes")
	create := func(key string) string {
		return service.must(t, 201, "POST", "/commands/orders", body, "Idempotency-Key: "+key).id()
	}
	kept := create("kept")
	old := stored(t, commits)
	service.must(t, 200, "POST", "/commands/orders/"+kept+"/confirm", "")
	gone := create("gone")
	settles(t, env...)
	service.terminate(t)
	service.ends(t, 0, "")

	restored(t, commits, old)
	service = start(t, env...)
	eventually(t, "it warns", func() bool {
		return strings.Contains(service.output.String(), "run orders projection verify --repair")
	})
	wantSaid(t, operates(t, 1, env, "projection", "verify"),
		"orders "+gone+" surplus: it is at version 1 of 0\n",
		"orders "+kept+" surplus: it is at version 2 of 1\n", "summary "+gone+" surplus")
	operates(t, 0, env, "projection", "verify", "--repair")
	operates(t, 0, env, "projection", "verify")
	service.must(t, 404, "GET", "/queries/orders/"+gone, "")
	shown := service.must(t, 200, "GET", "/queries/orders/"+kept, "")
	shown.want(t, `"CREATED"`, "order", "status")
	if again := create("gone"); again != gone {
		t.Errorf("the retry with its key creates %s, not %s again", again, gone)
	}
	service.must(t, 200, "GET", "/queries/orders/"+gone+"?minVersion=1", "")
}

func wantSaid(t *testing.T, said string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
}

// What mongodump copies while clients order is restored elsewhere, and with the oplog up to any
// moment thereafter.
func TestMongodumpUnderLoad(t *testing.T) {
	skipShort(t)
	dump, restore := mongoTool(t, "mongodump"), mongoTool(t, "mongorestore")
	from := mongotest.Start(t)
	service := start(t, "MONGODB_URI="+from.URI("shop"))
	orders := gather(service.client)
	time.Sleep(time.Second)
	first := orders.soFar()
	dir, log := t.TempDir(), t.TempDir()
	dump(t, "--uri", from.URI(""), "--oplog", "--gzip", "--out", dir)
	time.Sleep(time.Second)
	second, moment := orders.soFar(), lastWrite(t, from)
	time.Sleep(time.Second)
	orders.dismiss(t)
	late := service.create(t).id()
	dump(t, "--uri", from.URI(""), "--db", "local", "--collection", "oplog.rs", "--out", log)

	t.Run("as it was", func(t *testing.T) {
		to := mongotest.Start(t)
		restore(t, "--uri", to.URI(""), "--oplogReplay", "--gzip", dir)
		first.isIn(t, to)
	})
	t.Run("at a moment", func(t *testing.T) {
		to := mongotest.Start(t)
		restore(t, "--uri", to.URI(""), "--oplogReplay", "--gzip", dir)
		changes := t.TempDir()
		err := os.Rename(filepath.Join(log, "local", "oplog.rs.bson"),
			filepath.Join(changes, "oplog.bson"))
		if err != nil {
			t.Fatal(err)
		}
		before := fmt.Sprintf("%d:%d", moment.T, moment.I+1)
		restore(t, "--uri", to.URI(""), "--oplogReplay", "--oplogLimit", before, changes)
		second.isIn(t, to).must(t, 404, "GET", "/queries/orders/"+late, "")
	})
}

// mongoTool returns what runs one of MongoDB's tools.
func mongoTool(t *testing.T, name string) func(t *testing.T, args ...string) {
	t.Helper()
	file, err := exec.LookPath(name)
	if err != nil {
		cache, _ := os.UserCacheDir()
		built, _ := filepath.Glob(filepath.Join(cache, "orders-ci", "mongotools", "*", name))
		if len(built) == 0 {
			t.Skipf("%s is not installed; .ci/mongotools builds it", name)
		}
		file = built[0]
	}
	return func(t *testing.T, args ...string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), file, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
}

// lastWrite is when the server last wrote, on its own clock.
func lastWrite(t *testing.T, db *mongotest.Server) primitive.Timestamp {
	t.Helper()
	var said struct {
		LastWrite struct {
			OpTime struct {
				At primitive.Timestamp `bson:"ts"`
			} `bson:"opTime"`
		} `bson:"lastWrite"`
	}
	admin := mongotest.Database(t, db.URI("admin"))
	if err := admin.RunCommand(t.Context(), bson.M{"hello": 1}).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return said.LastWrite.OpTime.At
}

// soFar is what the crowd was told until now.
func (c *crowd) soFar() *crowd {
	c.mu.Lock()
	defer c.mu.Unlock()
	told := &crowd{accepted: map[string]int{}}
	for _, id := range c.ids {
		told.ids = append(told.ids, id)
		told.accepted[id] = c.accepted[id]
	}
	return told
}

// isIn wants a service on the restored database to show all that the crowd was told, and its read
// models to be right.
func (c *crowd) isIn(t *testing.T, db *mongotest.Server) *process {
	t.Helper()
	env := "MONGODB_URI=" + db.URI("shop")
	operates(t, 0, []string{env}, "migrate", "up")
	service := start(t, env)
	settles(t, env)
	c.sees(t, service.client)
	t.Logf("%d orders", len(c.ids))
	service.create(t)
	return service
}
