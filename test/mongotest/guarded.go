package mongotest

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/guard"
	"orders/test/mongotest/server"
	"orders/test/process"
)

// Guarded is a replica set of one that lets in nobody but its users. Its root may do everything.
type Guarded struct {
	tb      testing.TB
	process *process.Process
	root    *mongo.Client
}

// guardedPassword is that of every user, who all are kept in admin.
const guardedPassword = "guarded"

// StartGuarded starts one for this test alone. It needs a mongod outside of containers.
func StartGuarded(tb testing.TB) *Guarded {
	tb.Helper()
	guard.SkipIfShort(tb)
	binary, err := server.Find()
	if err != nil {
		tb.Skip("no mongod outside of containers: ", err)
	}
	dir, err := guard.Session()
	if err != nil {
		tb.Fatal(err)
	}
	port := process.FreePort()
	data := filepath.Join(dir, strconv.Itoa(port))
	args := append(server.Args(), server.ReplicaSetArgs()...)
	g := &Guarded{tb: tb, process: server.NewProcess(binary, port, data, args...)}
	guard.Remove(tb, g.process)
	g.prepare()
	return g
}

// prepare makes the set and its root, and starts the server again with its doors closed.
func (g *Guarded) prepare() {
	g.tb.Helper()
	err := startAll([]node{g.process}, true)
	if err == nil {
		err = test(server.DirectURI(g.process.Address(), "admin"), bson.D{
			{Key: "createUser", Value: "root"}, {Key: "pwd", Value: guardedPassword},
			{Key: "roles", Value: bson.A{"root", "__system"}},
		}, nil)
	}
	if err == nil {
		err = g.process.Signal(syscall.SIGTERM)
	}
	key := filepath.Join(g.process.Dir, "key")
	if err == nil {
		g.process.Exited(exitTimeout)
		err = os.WriteFile(key, []byte(strings.ToLower(rand.Text())), 0o600)
	}
	if err == nil {
		g.process.Args = append(g.process.Args, "--keyFile", key)
		err = startAll([]node{g.process}, false)
	}
	if err == nil {
		o := options.Client().ApplyURI(g.uri("root", "admin"))
		g.root, err = mongo.Connect(context.Background(), o)
	}
	if err != nil {
		g.tb.Fatalf("start a guarded MongoDB: %v: %s", err, g.process.Log())
	}
	g.tb.Cleanup(func() { _ = g.root.Disconnect(context.Background()) })
}

func (g *Guarded) uri(user, database string) string {
	return "mongodb://" + user + ":" + guardedPassword + "@" + g.process.Address() + "/" +
		database + "?replicaSet=" + server.SetName + "&authSource=admin" + answersSoon
}

// Root is a database as root sees it.
func (g *Guarded) Root(database string) *mongo.Database { return g.root.Database(database) }

// Open is the address of the server, for one without a user.
func (g *Guarded) Open(database string) string { return setURI([]node{g.process}, database) }

// URI leads a new user to a database. He has these roles; see Roles.
func (g *Guarded) URI(database string, roles ...any) string {
	g.tb.Helper()
	name := "user" + rand.Text()
	g.admin(bson.D{
		{Key: "createUser", Value: name}, {Key: "pwd", Value: guardedPassword},
		{Key: "roles", Value: append(bson.A{}, roles...)},
	})
	return g.uri(name, database)
}

// Allow gives the user of a URI other roles.
func (g *Guarded) Allow(uri string, roles ...any) {
	g.tb.Helper()
	_, login, _ := strings.Cut(uri, "://")
	name, _, _ := strings.Cut(login, ":")
	g.admin(bson.D{
		{Key: "updateUser", Value: name}, {Key: "roles", Value: append(bson.A{}, roles...)},
	})
}

// Role makes a role of privileges in a database: what may be done, by collection, all of them
// under the name "".
func (g *Guarded) Role(database string, actions map[string][]string) (role any) {
	g.tb.Helper()
	name := "role" + rand.Text()
	privileges := bson.A{}
	for collection, all := range actions {
		privileges = append(privileges, bson.M{
			"resource": bson.M{"db": database, "collection": collection}, "actions": all,
		})
	}
	g.admin(bson.D{
		{Key: "createRole", Value: name}, {Key: "privileges", Value: privileges},
		{Key: "roles", Value: bson.A{}},
	})
	return bson.M{"role": name, "db": "admin"}
}

// BuiltIn is a role that MongoDB has by itself, such as readWrite, for a database.
func BuiltIn(role, database string) any { return bson.M{"role": role, "db": database} }

func (g *Guarded) admin(command bson.D) {
	g.tb.Helper()
	if err := g.Root("admin").RunCommand(context.Background(), command).Err(); err != nil {
		g.tb.Fatal(err)
	}
}
