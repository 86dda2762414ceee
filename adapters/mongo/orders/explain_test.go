package orders_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// Every filter alone, one or several values of it, and the user with any other, from the first page
// or a later one, and of any time: an index finds the orders, and finds them in order. Where
// nothing else is to be looked at, it finds hardly more than the page shows.
func TestEveryListIsServedByAnIndex(t *testing.T) {
	uri := mongotest.URI(t)
	s := fixture.MigratedModel(t, uri)
	views := manyOrders(900)
	fixture.SaveAll(t, s.Views, views)
	lists := slices.Concat(listsByCreation(views), listsByUpdate(views))
	listsAreServed(t, uri, s.Readers, "order_reads", lists)
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	if err := errors.Join(g.Save(t.Context(), views)...); err != nil {
		t.Fatal(err)
	}
	fixture.SwitchTo(t, s, g.Number)
	listsAreServed(t, uri, s.Readers, "order_reads_2", lists)
}

const listed = 10

func listsAreServed(
	t *testing.T, uri string, v ports.Orders, collection string, lists []list,
) {
	t.Helper()
	profile := fixture.StartProfile(t, uri)
	for _, l := range lists {
		page := ports.Page{Sort: l.by, Limit: listed, After: l.after}
		got, err := contract.List(t.Context(), v, l.filter, page)
		if err != nil || len(got) != listed {
			t.Fatalf("%+v: %d orders, %v", l, len(got), err)
		}
	}
	commands := commandsOf(profile, t, "query", collection)
	if len(commands) != len(lists) {
		t.Fatalf("%d commands for %d lists", len(commands), len(lists))
	}
	for i, l := range lists {
		plan := explain(t, profile.Database, commands[i])
		if !plan.served(l.sorts) || l.keys > 0 && plan.Stats.Keys > l.keys {
			t.Errorf("%+v: %+v", l, plan)
		}
	}
}

type list struct {
	filter ports.Filter
	by     ports.Sort
	after  ports.Place
	keys   int  // At most so many are looked at, if it is known.
	sorts  bool // It may sort the few that another index finds, and keep a page of them.
}

// exact is how many keys a list may look at that names one thing, which an index tells: those that
// it shows, three others of the time of the page before, and one more of each of four values.
const exact = listed + 3 + 4

func listsByCreation(views []ports.OrderView) (lists []list) {
	oldest := ports.Sort{OldestFirst: true}
	for _, user := range []string{"", "user 1"} {
		lists = append(lists, list{
			filter: ports.Filter{UserID: user}, by: oldest, after: oldest.Place(views[450]),
			keys: exact,
		})
	}
	middle, last := ports.Sort{}.Place(views[450]), views[700].CreatedAt
	for _, f := range []ports.Filter{
		{}, {Statuses: []order.Status{"CONFIRMED"}}, {Statuses: order.Statuses},
		{PaymentStatuses: []order.PaymentStatus{"PAID"}},
		{PaymentStatuses: []order.PaymentStatus{"PAID", "NONE", "AUTHORIZED"}},
		{FulfillmentStatuses: []order.FulfillmentStatus{"PARTIALLY_SHIPPED"}},
		{FulfillmentStatuses: []order.FulfillmentStatus{"PARTIALLY_SHIPPED", "DELIVERED"}},
		{SKU: "cat"}, {OnHold: new(true)},
	} {
		ofUserAlone := 0
		if reflect.DeepEqual(f, ports.Filter{}) {
			ofUserAlone = exact
		}
		for _, f.CreatedFrom = range []time.Time{{}, fixture.Start.Add(time.Millisecond)} {
			for _, f.CreatedTo = range []time.Time{{}, last} {
				for _, after := range []ports.Place{{}, middle} {
					ofUser := f
					ofUser.UserID = "user 1"
					lists = append(lists, list{filter: f, after: after, keys: exact},
						list{filter: ofUser, after: after, keys: ofUserAlone})
				}
			}
		}
	}
	return lists
}

// listsByUpdate are sorted by the time of the last change, or bounded by it. What else they name is
// looked for among what changed in that time, or sorted if it is less.
func listsByUpdate(views []ports.OrderView) (lists []list) {
	sorts := []ports.Sort{{ByUpdate: true}, {ByUpdate: true, OldestFirst: true}}
	from, to := views[300].UpdatedAt, views[600].UpdatedAt
	changed, ofUser := 0, 0
	for _, v := range views {
		if !v.UpdatedAt.Before(from) && v.UpdatedAt.Before(to) {
			changed++
		}
		if v.Order.UserID == "user 1" {
			ofUser++
		}
	}
	for _, by := range sorts {
		for _, after := range []ports.Place{{}, by.Place(views[450])} {
			some := ports.Filter{UpdatedFrom: from, UpdatedTo: to}
			lists = append(lists, list{by: by, after: after, keys: exact},
				list{filter: some, by: by, after: after, keys: exact},
				list{filter: ports.Filter{UserID: "user 1"}, by: by, after: after,
					keys: ofUser + exact, sorts: true})
		}
	}
	for _, f := range []ports.Filter{
		{}, {UserID: "user 1"}, {Statuses: []order.Status{"CONFIRMED", "CREATED"}},
		{PaymentStatuses: []order.PaymentStatus{"PAID"}}, {SKU: "cat"}, {OnHold: new(true)},
	} {
		f.UpdatedFrom, f.UpdatedTo = from, to
		for _, by := range append(sorts, ports.Sort{}) {
			lists = append(lists, list{filter: f, by: by, keys: changed + exact, sorts: true})
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

// served reports whether an index found everything, in order if it may not be sorted.
func (p plan) served(sorts bool) bool {
	return slices.Contains(p.Stages, "IXSCAN") && !slices.Contains(p.Stages, "COLLSCAN") &&
		(sorts || !slices.Contains(p.Stages, "SORT"))
}
