package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/ports"
	"orders/service"
	"orders/test/mongotest"
)

// named accepts a token that names a subject and, after a slash, what its scope is of orders.
type named struct{}

func (named) Authenticate(_ context.Context, token string) (ports.Identity, error) {
	subject, scope, _ := strings.Cut(token, "/")
	return ports.Identity{
		Actor:  ports.Actor{Subject: subject, Issuer: "https://id.example"},
		Scopes: []string{"orders:" + scope},
	}, nil
}

// as returns the header with such a token.
func as(token string) string { return "Authorization: Bearer " + token }

// A profiled database notes what is done to it.
type profiled struct{ *mongo.Database }

// commands returns what was done, in order, to the commits and to the views since the start: what
// was asked for, and of which collection. Writes, the following of changes, and queries that name
// none of the orders are left out.
func (p profiled) commands(t *testing.T, orders ...string) (all []string) {
	t.Helper()
	collections := []string{p.Name() + ".order_writes", p.Name() + ".order_reads"}
	cursor, err := p.Collection("system.profile").Find(t.Context(), bson.M{
		"ns": bson.M{"$in": collections}, "command.aggregate": nil,
		"op":                           bson.M{"$in": []string{"query", "getmore", "command", "killcursors"}},
		"originatingCommand.aggregate": nil,
	}, options.Find().SetSort(bson.D{{Key: "$natural", Value: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	var done []struct {
		Op, NS  string
		Command bson.Raw
	}
	if err := cursor.All(t.Context(), &done); err != nil {
		t.Fatal(err)
	}
	for _, d := range done {
		names := func(id string) bool { return strings.Contains(d.Command.String(), id) }
		if d.Op == "query" && !slices.ContainsFunc(orders, names) {
			continue
		}
		all = append(all, d.Op+" "+strings.TrimPrefix(d.NS, p.Name()+"."))
	}
	return all
}

// The order of another user costs the database what an unknown one does, and not a command more.
func TestTheOrderOfAnotherUserCostsTheSameReads(t *testing.T) {
	c := service.Config{MongoURI: mongotest.URI(t)}
	db := profiled{mongotest.Database(t, c.MongoURI)}
	var server *http.Server
	app := fxtest.New(t, module(c), fx.Populate(&server),
		fx.Provide(func() ports.Authenticator { return named{} })).RequireStart()
	defer app.RequireStop()
	l := newClient("http://" + server.Addr().String())
	bobs := l.must(t, 201, "POST", "/commands/orders",
		strings.Replace(body, "user_123", "bob", 1), as("bob/write")).id()
	for n := range 20 { // More versions than one read brings.
		l.must(t, 200, "POST", "/commands/orders/"+bobs+"/items",
			fmt.Sprintf(`{"items":[{"sku":"s","qty":%d,"price":1}]}`, n+1), as("bob/write"))
	}
	profile := bson.D{{Key: "profile", Value: 2}}
	if err := db.RunCommand(t.Context(), profile).Err(); err != nil {
		t.Fatal(err)
	}
	const unknown = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"
	before := len(db.commands(t, bobs, unknown))
	since := func() []string {
		all := db.commands(t, bobs, unknown)
		added := all[before:]
		before = len(all)
		return added
	}
	for _, asked := range foreign {
		asked = strings.Replace(asked, "ID", "%s", 1)
		method, path, _ := strings.Cut(asked, " ")
		path, text, _ := strings.Cut(path, " ")
		l.must(t, 404, method, fmt.Sprintf(path, unknown), text, as("ann/write"))
		of := since()
		l.must(t, 404, method, fmt.Sprintf(path, bobs), text, as("ann/write"))
		if got := since(); len(of) != 1 || !slices.Equal(got, of) {
			t.Errorf("%s costs %v, of an unknown order %v", asked, got, of)
		}
	}
}

// foreign are the requests about one order that callers with the scope orders:write may send.
var foreign = []string{
	"GET /queries/orders/ID", "GET /queries/orders/ID?atVersion=1",
	"GET /queries/orders/ID?minVersion=1", "GET /queries/orders/ID?minVersion=99",
	"GET /queries/orders/ID/history", "GET /queries/orders/ID/history?cursor=AAkAAA",
	"GET /queries/orders/ID/stream",
	"POST /commands/orders/ID/confirm", "POST /commands/orders/ID/confirm?dryRun=true",
	`POST /commands/orders/ID/cancel {"reason":"customer"}`,
	`POST /commands/orders/ID/items {"items":[{"sku":"a","qty":1,"price":1}]}`,
}
