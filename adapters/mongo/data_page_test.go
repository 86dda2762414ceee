package mongo_test

import (
	"errors"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"

	"orders/adapters/mongo/customer"
	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	rows "orders/ports/customer"
	"orders/test/mongotest"
)

// A page is docs/data.md: for each heading the fields of its tables, and their types.
type page map[string]map[string]pageField

type pageField struct {
	kind     string
	optional bool
}

var (
	heading  = regexp.MustCompile("^#+ (.*)$")
	fieldRow = regexp.MustCompile("^\\| (\\*?)`([^`]+)`\\*? \\| ([a-zA-Z]+) \\|")
)

func dataPage(t *testing.T) (all page, text string) {
	t.Helper()
	content, err := os.ReadFile("../../docs/data.md")
	if err != nil {
		t.Fatal(err)
	}
	all = page{}
	var section map[string]pageField
	for line := range strings.Lines(string(content)) {
		if found := heading.FindStringSubmatch(strings.TrimSpace(line)); found != nil {
			section = map[string]pageField{}
			all[found[1]] = section
		}
		if found := fieldRow.FindStringSubmatch(line); found != nil {
			section[found[2]] = pageField{kind: found[3], optional: found[1] == "*"}
		}
	}
	return all, string(content)
}

// check compares documents with the fields of a section.
func (p page) check(t *testing.T, section string, stored ...bson.Raw) {
	t.Helper()
	fields, found := p[section]
	if !found || len(stored) == 0 {
		t.Fatalf("%q is no section of docs/data.md, or nothing of it is stored", section)
	}
	seen := map[string]string{}
	for _, document := range stored {
		is := kindsOf(document)
		maps.Copy(seen, is)
		for name, want := range fields {
			if !want.optional && is[name] == "" && is[parentOf(name)] != "" {
				t.Errorf("%s: docs/data.md says that %s is always there; it is not in %s",
					section, name, document)
			}
		}
	}
	for name, want := range fields {
		if seen[name] != want.kind {
			t.Errorf("%s: docs/data.md says that %s is of type %s; it is stored as %q",
				section, name, want.kind, seen[name])
		}
		delete(seen, name)
	}
	for name, kind := range seen {
		if name != "" && !strings.HasSuffix(name, "[]") {
			t.Errorf("%s: docs/data.md lacks %s, of type %s", section, name, kind)
		}
	}
}

func parentOf(name string) string { return name[:max(0, strings.LastIndex(name, "."))] }

// kindsOf are the types of all fields of a document, by their names, those of nested documents
// included; "" is the document itself, and a name with "[]" an element of a list.
func kindsOf(d bson.Raw) map[string]string {
	all := map[string]string{}
	addKinds(all, "", d)
	return all
}

func addKinds(all map[string]string, name string, d bson.Raw) {
	all[name] = "object"
	elements, _ := d.Elements()
	for _, e := range elements {
		addKind(all, strings.TrimPrefix(name+"."+e.Key(), "."), e.Value())
	}
}

// eventData has sections of its own.
const eventData = "events[].data"

func addKind(all map[string]string, name string, v bson.RawValue) {
	all[name] = kindNames[v.Type]
	if list, is := v.ArrayOK(); is {
		values, _ := list.Values()
		for _, each := range values {
			addKind(all, name+"[]", each)
		}
	}
	if inner, is := v.DocumentOK(); is && name != eventData {
		addKinds(all, name, inner)
	}
}

// kindNames are MongoDB's aliases for the types that are stored.
var kindNames = map[bsontype.Type]string{
	bson.TypeString: "string", bson.TypeInt32: "int", bson.TypeInt64: "long",
	bson.TypeBoolean: "bool", bson.TypeDateTime: "date", bson.TypeTimestamp: "timestamp",
	bson.TypeEmbeddedDocument: "object", bson.TypeArray: "array",
	bson.TypeObjectID: "objectId",
}

// What has no golden file is made by the adapters themselves.
func TestThePageOfTheDataHasWhatIsStored(t *testing.T) {
	t.Parallel()
	all, _ := dataPage(t)
	uri := mongotest.URI(t)
	stored := func(collection string) bson.Raw {
		t.Helper()
		raw, err := mongotest.Database(t, uri).Collection(collection).
			FindOne(t.Context(), bson.M{}).Raw()
		if err != nil {
			t.Fatalf("%s: %v", collection, err)
		}
		return raw
	}
	m := fixture.MigratedModel(t, uri)
	saveSmallest(t, uri, m)
	all.check(t, "order_reads", pinned(t, viewFile), stored("order_reads"))
	all.check(t, "order_writes", pinned(t, commitFile), stored("order_writes"))
	leadAndPark(t, m.Lease, m.Parked)
	all.check(t, "Migrations", stored("order_reads_migrations"))

	d := fixture.Migrated(t, uri, customer.Set)
	row := rows.Row{OrderID: fixture.NewID(), Version: 1}.With(ports.Commit{
		Version: 1, At: fixture.Start, Events: []order.Event{fixture.Created("ann")},
	})
	saved := customer.NewPurchases(d).Model().Views.Save(t.Context(), []rows.Row{row})
	all.check(t, "customer_orders", stored("customer_orders"))
	all.check(t, "orders_audit", recorded(t, uri)...)
	if err := errors.Join(saved...); err != nil {
		t.Fatal(err)
	}
	subscribe(t, d)
	attend(t, d)
	for _, name := range []string{
		"projection_leases", "projection_parked",
		"order_subscriptions", "order_subscription_parked", "order_presence", "imported_keys",
	} {
		all.check(t, name, stored(name))
	}
	all.check(t, "projections", rebuilt(t, m, func() bson.Raw { return stored("projections") })...)
}
