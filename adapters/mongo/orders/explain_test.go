package orders_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// Every filter alone, and the user with any other, from the first page or a later one, and of any
// time: an index finds the orders, and finds them in order. Where nothing else is to be looked at,
// it finds hardly more than the page shows.
func TestEveryListIsServedByAnIndex(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedModel(t, uri)
	views := manyOrders(900)
	fixture.SaveAll(t, s.Views, views)
	listsAreServed(t, uri, s.Readers, "order_reads", views)
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	if err := errors.Join(g.Save(t.Context(), views)...); err != nil {
		t.Fatal(err)
	}
	fixture.SwitchTo(t, s, g.Number)
	listsAreServed(t, uri, s.Readers, "order_reads_2", views)
}

func listsAreServed(
	t *testing.T, uri string, v ports.Orders, collection string, views []ports.OrderView,
) {
	t.Helper()
	const limit = 10
	lists := listsOf(views)
	profile := fixture.Begin(t, uri)
	for _, l := range lists {
		page := ports.Page{Limit: limit, After: l.after}
		got, err := contract.List(t.Context(), v, l.filter, page)
		if err != nil || len(got) != limit {
			t.Fatalf("%+v: %d orders, %v", l, len(got), err)
		}
	}
	commands := commandsOf(profile, t, "query", collection)
	if len(commands) != len(lists) {
		t.Fatalf("%d commands for %d lists", len(commands), len(lists))
	}
	for i, l := range lists {
		plan := explain(t, profile.Database, commands[i])
		if !plan.served() || l.exact && plan.Stats.Keys > limit+2 {
			t.Errorf("%+v: %+v", l, plan)
		}
	}
}

type list struct {
	filter ports.Filter
	after  ports.Place
	exact  bool // Names one thing, which an index tells.
}

func listsOf(views []ports.OrderView) (lists []list) {
	middle, last := views[450].Place(), views[700].CreatedAt
	for _, f := range []ports.Filter{
		{}, {Status: "CONFIRMED"}, {PaymentStatus: "PAID"},
		{FulfillmentStatus: "PARTIALLY_SHIPPED"}, {SKU: "cat"}, {OnHold: new(true)},
	} {
		nothing := f == ports.Filter{}
		for _, f.CreatedFrom = range []time.Time{{}, fixture.Start.Add(time.Millisecond)} {
			for _, f.CreatedTo = range []time.Time{{}, last} {
				for _, after := range []ports.Place{{}, middle} {
					ofUser := f
					ofUser.UserID = "user 1"
					lists = append(lists, list{f, after, true}, list{ofUser, after, nothing})
				}
			}
		}
	}
	return lists
}

// commands returns the recorded commands of an operation on a collection, the oldest first.
// Those of reads of parts of documents are left out.
func commandsOf(p fixture.Profile, t testing.TB, op, collection string) (found []bson.D) {
	t.Helper()
	cursor, err := p.Database.Collection("system.profile").Find(t.Context(),
		bson.M{"op": op, "ns": p.Database.Name() + "." + collection, "command.projection": nil},
		options.Find().SetSort(bson.D{{Key: "$natural", Value: 1}}))
	var recorded []struct{ Command bson.D }
	if err == nil {
		err = cursor.All(t.Context(), &recorded)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recorded {
		found = append(found, slices.DeleteFunc(r.Command, func(e bson.E) bool {
			return slices.Contains([]string{"lsid", "$clusterTime", "$db", "readConcern"}, e.Key)
		}))
	}
	return found
}

// A plan is how the server answers a command.
type plan struct {
	Stages []string // Of the winning plan, outermost first.
	Stats  struct {
		Keys int `bson:"totalKeysExamined"`
	}
}

func explain(t testing.TB, database *driver.Database, command bson.D) (p plan) {
	t.Helper()
	raw, err := database.RunCommand(t.Context(), bson.D{
		{Key: "explain", Value: command}, {Key: "verbosity", Value: "executionStats"},
	}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	winner, err := raw.LookupErr("queryPlanner", "winningPlan")
	if err == nil {
		err = raw.Lookup("executionStats").Unmarshal(&p.Stats)
	}
	if err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	p.Stages = stages(winner)
	return p
}

// stages names all the stages in a value.
func stages(v bson.RawValue) (names []string) {
	inner, ok := v.DocumentOK()
	if !ok {
		if inner, ok = v.ArrayOK(); !ok {
			return nil
		}
	}
	elements, _ := inner.Elements()
	for _, e := range elements {
		if name, ok := e.Value().StringValueOK(); ok && e.Key() == "stage" {
			names = append(names, name)
		}
		names = append(names, stages(e.Value())...)
	}
	return names
}

// served reports whether an index found everything, in order.
func (p plan) served() bool {
	return slices.Contains(p.Stages, "IXSCAN") &&
		!slices.Contains(p.Stages, "COLLSCAN") && !slices.Contains(p.Stages, "SORT")
}
